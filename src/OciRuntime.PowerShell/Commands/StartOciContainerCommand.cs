using System.Management.Automation;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Starts the process of created containers.</summary>
[Cmdlet(VerbsLifecycle.Start, "OciContainer", SupportsShouldProcess = true, DefaultParameterSetName = "Id")]
[Alias("saoci")]
[OutputType(typeof(OciContainer))]
public sealed class StartOciContainerCommand : ContainerCmdlet
{
    /// <summary>Return the container.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    private protected override void ProcessContainer(ContainerRuntime runtime, string id)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        string action = Messages.Start(id);
        if (!ShouldProcess(IsWhatIf ? PlanLines.DescribeStart(action, () => runtime.Plan(id)) : action, action, Messages.Caption))
            return;
        OciContainer container = runtime.Start(id, StopToken);
        if (PassThru)
            WriteObject(container);
    }
}
