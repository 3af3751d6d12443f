using System.Management.Automation;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace OciRuntime.Shell.StandIns;

/// <summary>Format-Table, with all its parameters.</summary>
[Cmdlet(VerbsCommon.Format, "Table")]
public sealed class FormatTableCommand : OuterFormatTableBase
{
    /// <summary>Attaches the formatter.</summary>
    public FormatTableCommand() => FormatShape.Attach(this, "Table");
}
