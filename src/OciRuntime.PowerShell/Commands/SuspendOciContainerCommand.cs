using System.Management.Automation;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Freezes all processes of containers.</summary>
[Cmdlet(VerbsLifecycle.Suspend, "OciContainer", SupportsShouldProcess = true, DefaultParameterSetName = "Id")]
[Alias("ssoci")]
[OutputType(typeof(OciContainer))]
public sealed class SuspendOciContainerCommand : ContainerCmdlet
{
    /// <summary>Return the container.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    private protected override void ProcessContainer(ContainerRuntime runtime, string id)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        if (!ShouldProcess(runtime, id, Messages.Suspend(id)))
            return;
        runtime.Pause(id, StopToken);
        if (PassThru)
            WriteObject(runtime.Get(id));
    }
}
