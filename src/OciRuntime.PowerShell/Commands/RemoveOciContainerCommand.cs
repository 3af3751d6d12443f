using System.Management.Automation;
using OciRuntime.Core.Lifecycle;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Removes containers: their state, cgroups and log. The bundle stays.</summary>
[Cmdlet(VerbsCommon.Remove, "OciContainer", SupportsShouldProcess = true, DefaultParameterSetName = "Id")]
[Alias("roci")]
[OutputType(typeof(void))]
public sealed class RemoveOciContainerCommand : ContainerCmdlet
{
    private LateProgress? _progress;
    private int _removed;

    /// <summary>Kills the container first; also clears a broken one.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    private protected override void ProcessContainer(ContainerRuntime runtime, string id)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        // With force the core treats a missing container as removed; a user who names one here expects it to exist, so that is checked first.
        if (ShouldProcess(runtime, id, container => Messages.Remove(container, Force)))
            Delete(runtime, id);
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => _progress?.Complete();

    private void Delete(ContainerRuntime runtime, string id)
    {
        _progress ??= new LateProgress(this, Messages.RemovingContainers);
        _progress.Report(() => Messages.Removing(id, _removed));
        runtime.Delete(id, Force, StopToken);
        _removed++;
    }
}
