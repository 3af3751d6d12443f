using System.Management.Automation;
using OciRuntime.Core.Errors;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Removes the alias that Enable-OciRuncAlias defined; runc is again the one on the PATH.</summary>
[Cmdlet(VerbsLifecycle.Disable, "OciRuncAlias", SupportsShouldProcess = true)]
public sealed class DisableOciRuncAliasCommand : OciCmdlet
{
    /// <inheritdoc/>
    protected override void EndProcessing() => Attempt("runc", () =>
    {
        if (RuncAlias.Current(this) is not { } current)
            return;
        if (!RuncAlias.IsOurs(current))
            throw new OciException(OciErrorCode.InvalidArgument, Messages.OtherRunc(current)) { Object = "runc" };
        if (ShouldProcess(Messages.RemoveAlias, Messages.RemoveAlias, Messages.Caption))
            RuncAlias.Remove(this);
    });
}
