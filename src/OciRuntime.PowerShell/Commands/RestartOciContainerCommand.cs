using System.Management.Automation;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Completion;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Stops containers, and creates and starts them again with the same configuration. Their logs start over.</summary>
[Cmdlet(VerbsLifecycle.Restart, "OciContainer", SupportsShouldProcess = true, DefaultParameterSetName = "Id")]
[Alias("rtoci")]
[OutputType(typeof(OciContainer))]
public sealed class RestartOciContainerCommand : ContainerCmdlet
{
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
        if (!ShouldProcess(runtime, id, Messages.Restart))
            return;
        OciContainer restarted = runtime.Restart(id, () => Stop(runtime, id), StopToken);
        if (PassThru)
            WriteObject(restarted);
    }

    private void Stop(ContainerRuntime runtime, string id)
    {
        StopSequence.Ask(runtime, id, Force ? StopSequence.SIGKILL : Signal ?? StopSequence.SignalOf(runtime, id));
        StopSequence.Finish(runtime, id, StopSequence.Deadline(Timeout), WriteVerbose, StopToken);
    }
}
