using System.Management.Automation;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Thaws all processes of containers.</summary>
[Cmdlet(VerbsLifecycle.Resume, "OciContainer", SupportsShouldProcess = true, DefaultParameterSetName = "Id")]
[Alias("ruoci")]
[OutputType(typeof(OciContainer))]
public sealed class ResumeOciContainerCommand : ContainerCmdlet
{
    /// <summary>Return the container.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    private protected override void ProcessContainer(ContainerRuntime runtime, string id)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        if (!ShouldProcess(runtime, id, Messages.Resume(id)))
            return;
        runtime.Resume(id);
        if (PassThru)
            WriteObject(runtime.Get(id));
    }
}
