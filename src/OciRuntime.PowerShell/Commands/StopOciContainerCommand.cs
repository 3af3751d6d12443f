using System.Management.Automation;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Completion;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Stops containers: a signal, some time, then SIGKILL.</summary>
/// <remarks>All get their signal first and are waited for at the end of the pipeline, so many take no longer than one.</remarks>
[Cmdlet(VerbsLifecycle.Stop, "OciContainer", SupportsShouldProcess = true, DefaultParameterSetName = "Id")]
[OutputType(typeof(OciContainer))]
public sealed class StopOciContainerCommand : ContainerCmdlet
{
    private const int SIGKILL = 9;
    private const int SIGTERM = 15;

    // A process in uninterruptible sleep outlives SIGKILL; nobody waits for ever on a dead disk.
    private static readonly TimeSpan KillTimeout = TimeSpan.FromSeconds(10);

    private readonly List<(ContainerRuntime Runtime, string Id, long Deadline)> _signalled = [];

    /// <summary>How long each has between the signal and SIGKILL; default 10 seconds, -1 for ever.</summary>
    [Parameter]
    [DurationConversion]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The signal that asks it to stop; default that of its image, or SIGTERM.</summary>
    [Parameter]
    [SignalConversion]
    [ArgumentCompleter(typeof(SignalCompleter))]
    public int? Signal { get; set; }

    /// <summary>SIGKILL at once.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Return the container.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessContainer(ContainerRuntime runtime, string id)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        int signal = Force ? SIGKILL : Signal ?? SignalOfImage(runtime, id) ?? SIGTERM;
        if (!ShouldProcess(runtime, id, Messages.Stop(id, signal)))
            return;
        try
        {
            runtime.Kill(id, signal);
        }
        catch (OciException e) when (e.Code is OciErrorCode.ContainerNotRunning or OciErrorCode.ContainerStopped)
        {
            // Stopped is what was asked for.
        }
        long patience = Timeout < TimeSpan.Zero ? long.MaxValue / 2 : (long)Timeout.TotalMilliseconds;
        _signalled.Add((runtime, id, Environment.TickCount64 + patience));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach ((ContainerRuntime runtime, string id, long deadline) in _signalled)
            Attempt(id, () => Finish(runtime, id, deadline));
    }

    // image-spec, conversion.md: Config.StopSignal is this annotation of the configuration.
    private static int? SignalOfImage(ContainerRuntime runtime, string id) =>
        runtime.Get(id).Annotations.TryGetValue("org.opencontainers.image.stopSignal", out string? name) && SignalNames.TryParse(name, out int signal) ? signal : null;

    private void Finish(ContainerRuntime runtime, string id, long deadline)
    {
        long left = Math.Clamp(deadline - Environment.TickCount64, 0, int.MaxValue);
        if (runtime.Wait(id, TimeSpan.FromMilliseconds(left), StopToken) is null)
        {
            WriteVerbose(Messages.Stop(id, SIGKILL));
            runtime.Kill(id, SIGKILL);
            if (runtime.Wait(id, KillTimeout, StopToken) is null)
                throw new OciException(OciErrorCode.Timeout, Messages.StopTimeout(id)) { Object = id, Step = "stop" };
        }
        if (PassThru)
            WriteObject(runtime.Get(id));
    }
}
