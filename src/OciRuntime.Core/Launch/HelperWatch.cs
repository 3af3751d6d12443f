using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Launch;

/// <summary>
/// Waits for the processes of a launch, which others can hold up. Whoever shares a pid namespace with the new process can stop it before it has
/// become its program, again and again. Whoever may write to its cgroup, or to one above, can freeze it and the helper.
/// </summary>
/// <param name="layout">Returns the cgroups to check for a freeze, asked only when a wait takes long; null when nothing leaves the runtime's own.</param>
/// <param name="cancel">Stops waiting.</param>
internal sealed class HelperWatch(Func<CgroupLayout>? layout, CancelSignal cancel)
{
    /// <summary>Milliseconds between two checks.</summary>
    public const int Interval = 200;

    private const int StopTimeout = 10_000;
    private const int FreezeTimeout = 2_000; // longer than the freeze of a kill or an update lasts
    private const int AskedFreezeTimeout = 60_000;

    /// <summary>The caller knows that the container is frozen, and waits until it is thawed.</summary>
    public bool AwaitsThaw { get; set; }

    /// <summary>Waits until one of the descriptors is readable. Wakes a stopped process, and gives up when that does not help.</summary>
    /// <param name="fds">The descriptors.</param>
    /// <param name="process">The new process, or null.</param>
    /// <param name="helper">Pid of the helper, or 0.</param>
    /// <returns>True.</returns>
    /// <exception cref="OciException">ContainerPaused: a cgroup is frozen; Timeout: stopped; Cancelled.</exception>
    public bool Await(ReadOnlySpan<int> fds, ProcessHandle? process, int helper)
    {
        int stopped = 0, frozen = 0;
        int pid = process?.Pid ?? 0;
        try
        {
            while (cancel.WaitAny(fds, Interval) < 0)
            {
                if ((FrozenIn(pid) ?? FrozenIn(helper)) is { } cgroup)
                {
                    frozen += Interval;
                    if (frozen >= (AwaitsThaw ? AskedFreezeTimeout : FreezeTimeout))
                        throw FrozenCgroup.Error(cgroup);
                    continue;
                }

                frozen = 0;
                if (!IsStopped(pid))
                    continue;
                stopped += Interval;
                if (stopped >= StopTimeout)
                    throw Stopped(OciErrorCode.Timeout, $"given up: it was stopped for {StopTimeout / 1000} s (SIGSTOP, or a tracer)");
                process!.Signal(Libc.SIGCONT);
            }

            return true;
        }
        catch (OciException e) when (e.Code == OciErrorCode.Cancelled && (FrozenIn(pid) ?? FrozenIn(helper)) is { } cgroup)
        {
            throw FrozenCgroup.Error(cgroup, e);
        }
        catch (OciException e) when (e.Code == OciErrorCode.Cancelled && IsStopped(pid))
        {
            throw Stopped(OciErrorCode.Cancelled, "given up: it is stopped (SIGSTOP, or a tracer) and the operation was cancelled", e);
        }
    }

    /// <summary>
    /// Lets frozen processes end. The v1 freezer holds even a killed process, so it is moved out of the frozen cgroup. A frozen helper can't report what it has made, and
    /// hears nothing: on v1 it is moved out, in the unified hierarchy it is killed. Its clone ends with it. Never throws.
    /// </summary>
    /// <param name="killed">Pid of the new process, which has SIGKILL, or 0.</param>
    /// <param name="helper">Pid of the helper, or 0.</param>
    public void Release(int killed, int helper)
    {
        try
        {
            if (FrozenIn(killed) is not null)
                V1Freezer.Release(layout!(), killed);
            if (FrozenIn(helper) is null)
                return;
            V1Freezer.Release(layout!(), helper);
            if (FrozenIn(helper) is not null)
                _ = Libc.kill(helper, Libc.SIGKILL);
        }
        catch (OciException)
        {
            // If the freeze can't be seen, the deadlines must do.
        }
    }

    private string? FrozenIn(int pid) => layout is not null && pid > 0 ? FrozenCgroup.Holding(layout(), pid) : null;

    private static bool IsStopped(int pid) => ProcessStat.Read(pid) is { State: 'T' or 't' };

    private static OciException Stopped(OciErrorCode code, string what, Exception? inner = null) => new(code, "the container's new process was " + what, inner)
    {
        Hint = "another process of the container does that: it shares the pid namespace and may signal or trace it",
    };
}
