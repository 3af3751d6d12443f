using System.Management.Automation;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Waits until containers have stopped and returns how they ended.</summary>
[Cmdlet(VerbsLifecycle.Wait, "OciContainer", DefaultParameterSetName = "Id")]
[OutputType(typeof(ExitRecord))]
public sealed class WaitOciContainerCommand : ContainerCmdlet
{
    /// <summary>How long to wait for each; default for ever.</summary>
    [Parameter(Position = 1)]
    [DurationConversion]
    public TimeSpan Timeout { get; set; } = System.Threading.Timeout.InfiniteTimeSpan;

    /// <inheritdoc/>
    protected override void ProcessContainer(ContainerRuntime runtime, string id)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        TimeSpan? timeout = Timeout < TimeSpan.Zero ? null : Timeout;
        ExitRecord record = runtime.Wait(id, timeout, StopToken)
            ?? throw new OciException(OciErrorCode.Timeout, Messages.WaitTimeout(id, Timeout)) { Object = id, Step = "wait" };
        WriteObject(record);
    }
}
