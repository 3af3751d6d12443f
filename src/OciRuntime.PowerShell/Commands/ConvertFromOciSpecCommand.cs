using System.Management.Automation;
using System.Text;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Converts configurations to the JSON text of a config.json.</summary>
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

    /// <summary>Writes the JSON on one line.</summary>
    [Parameter]
    public SwitchParameter Compress { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Attempt(Spec, () => WriteObject(Encoding.UTF8.GetString(SpecWriter.Write(Spec, indented: !Compress))));
}
