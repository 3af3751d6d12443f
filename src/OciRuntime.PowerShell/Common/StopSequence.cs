using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;

namespace OciRuntime.PowerShell.Common;

/// <summary>How a container is stopped: its stop signal, a grace period, then SIGKILL.</summary>
internal static class StopSequence
{
    public const int SIGKILL = 9;
    private const int SIGTERM = 15;

    // A process in uninterruptible sleep outlives SIGKILL; nobody waits forever on a dead disk.
    private const int WaitingInterval = 250;

    private static readonly TimeSpan KillTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The signal that asks a container to stop: that of its image (image-spec, conversion.md: Config.StopSignal is an annotation), or SIGTERM.</summary>
    public static int SignalOf(ContainerRuntime runtime, string id) =>
        runtime.Get(id).Annotations.TryGetValue("org.opencontainers.image.stopSignal", out string? name) && SignalNames.TryParse(name, out int signal) ? signal : SIGTERM;

    /// <summary>Sends the signal. A container that has stopped already is not an error.</summary>
    public static void Ask(ContainerRuntime runtime, string id, int signal)
    {
        try
        {
            runtime.Kill(id, signal);
        }
        catch (OciException e) when (e.Code is OciErrorCode.ContainerNotRunning or OciErrorCode.ContainerStopped)
        {
            // See above.
        }
    }

    /// <summary>The end of the grace period, in terms of <see cref="Environment.TickCount64"/>.</summary>
    public static long Deadline(TimeSpan timeout) =>
        Environment.TickCount64 + (timeout < TimeSpan.Zero ? long.MaxValue / 2 : (long)timeout.TotalMilliseconds);

    /// <summary>Waits for the end, and kills after the deadline.</summary>
    /// <param name="runtime">The runtime over its root.</param>
    /// <param name="id">Its id.</param>
    /// <param name="deadline">From <see cref="Deadline"/>.</param>
    /// <param name="killing">Called before SIGKILL is sent.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <param name="waiting">Called repeatedly while it waits, or null.</param>
    /// <exception cref="OciException">Timeout: the container still runs after SIGKILL.</exception>
    public static void Finish(ContainerRuntime runtime, string id, long deadline, Action<string> killing, CancellationToken stop, Action? waiting = null)
    {
        for (bool first = true; ; first = false)
        {
            long left = Math.Clamp(deadline - Environment.TickCount64, 0, int.MaxValue);
            if (left == 0 && !first)
                break;
            if (runtime.Wait(id, TimeSpan.FromMilliseconds(waiting is null ? left : Math.Min(left, WaitingInterval)), stop) is not null)
                return;
            waiting?.Invoke();
        }
        killing(Messages.Stop(id, SIGKILL));
        runtime.Kill(id, SIGKILL);
        if (runtime.Wait(id, KillTimeout, stop) is null)
            throw new OciException(OciErrorCode.Timeout, Messages.StopTimeout(id)) { Object = id, Step = "stop" };
    }
}
