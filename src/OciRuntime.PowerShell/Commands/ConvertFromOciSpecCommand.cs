using System.Management.Automation;
using System.Text;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>The JSON text of configurations, as a config.json has it.</summary>
[Cmdlet(VerbsData.ConvertFrom, "OciSpec")]
[OutputType(typeof(string))]
public sealed class ConvertFromOciSpecCommand : OciCmdlet
{
    /// <summary>The configuration.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [Alias("InputObject")]
    [SpecConversion]
    [ValidateNotNull]
    public OciSpec Spec { get; set; } = null!;

    /// <summary>On one line.</summary>
    [Parameter]
    public SwitchParameter Compress { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Attempt(Spec, () => WriteObject(Encoding.UTF8.GetString(SpecWriter.Write(Spec, indented: !Compress))));
}
