using System.Management.Automation;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Completion;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Stops containers: a signal, a grace period, then SIGKILL.</summary>
/// <remarks>All of them get their signal first and are awaited at the end of the pipeline, so many take no longer than one.</remarks>
[Cmdlet(VerbsLifecycle.Stop, "OciContainer", SupportsShouldProcess = true, DefaultParameterSetName = "Id")]
[Alias("spoci")]
[OutputType(typeof(OciContainer))]
public sealed class StopOciContainerCommand : ContainerCmdlet
{
    private readonly List<(ContainerRuntime Runtime, string Id, long Deadline)> _signalled = [];

    /// <summary>Time between the signal and SIGKILL for each container; default 10 seconds, -1 for no limit.</summary>
    [Parameter]
    [DurationConversion]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The signal that asks it to stop; default that of its image, or SIGTERM.</summary>
    [Parameter]
    [SignalConversion]
    [ArgumentCompleter(typeof(SignalCompleter))]
    public int? Signal { get; set; }

    /// <summary>Sends SIGKILL immediately.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Return the container.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    private protected override void ProcessContainer(ContainerRuntime runtime, string id)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        int signal = Force ? StopSequence.SIGKILL : Signal ?? StopSequence.SignalOf(runtime, id);
        if (!ShouldProcess(runtime, id, container => Messages.StopAndLose(container, signal)))
            return;
        StopSequence.Ask(runtime, id, signal);
        _signalled.Add((runtime, id, StopSequence.Deadline(Timeout)));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var progress = new LateProgress(this, Messages.StoppingContainers);
        for (int i = 0; i < _signalled.Count; i++)
        {
            (ContainerRuntime runtime, string id, long deadline) = _signalled[i];
            int index = i;
            Attempt(id, () => Finish(runtime, id, deadline, () => progress.Report(() => Messages.Waiting(id, index + 1, _signalled.Count), 100 * index / _signalled.Count)));
        }
        progress.Complete();
    }

    private void Finish(ContainerRuntime runtime, string id, long deadline, Action waiting)
    {
        StopSequence.Finish(runtime, id, deadline, WriteVerbose, StopToken, waiting);
        if (PassThru)
            WriteObject(runtime.Get(id));
    }
}
