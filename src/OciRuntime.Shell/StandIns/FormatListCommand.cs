using System.Management.Automation;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace OciRuntime.Shell.StandIns;

/// <summary>Format-List, with all its parameters.</summary>
[Cmdlet(VerbsCommon.Format, "List")]
public sealed class FormatListCommand : OuterFormatTableAndListBase
{
    /// <summary>Attaches the formatter.</summary>
    public FormatListCommand() => FormatShape.Attach(this, "List");
}
