using System.Collections;
using System.Management.Automation;
using System.Text;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Makes configurations from JSON text, or from tables and objects with the runtime-spec's names.</summary>
[Cmdlet(VerbsData.ConvertTo, "OciSpec")]
[OutputType(typeof(OciSpec))]
public sealed class ConvertToOciSpecCommand : OciCmdlet
{
    private readonly StringBuilder _text = new();

    /// <summary>JSON text, whole or in lines; a table; or an object such as ConvertFrom-Json returns.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyString]
    [ValidateNotNull]
    public PSObject InputObject { get; set; } = null!;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (InputObject.BaseObject is string line)
            _text.AppendLine(line);
        else if (InputObject.BaseObject is IDictionary or PSCustomObject)
            Attempt(InputObject, () => WriteObject(SpecReader.Read(TableJson.Write(InputObject), "the input object")));
        else
            WriteError(new ErrorRecord(new PSArgumentException(Messages.SpecExpected(InputObject)), "SpecExpected", ErrorCategory.InvalidArgument, InputObject));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_text.Length > 0)
            Attempt(null, () => WriteObject(SpecReader.Read(Encoding.UTF8.GetBytes(_text.ToString()), "the input text")));
    }
}
