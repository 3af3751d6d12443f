using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Observe;

/// <summary>Follows one running container: its statistics, its out-of-memory events, its end. Nothing is polled.</summary>
internal sealed class ContainerFeed : IDisposable
{
    private readonly ContainerRuntime _runtime;
    private readonly ContainerState _state;
    private readonly ProcessHandle _process;
    private readonly OomWatch _oom;
    private readonly CancelSignal _cancel;

    private ContainerFeed(ContainerRuntime runtime, ContainerState state, ProcessHandle process, OomWatch oom, CancellationToken cancellationToken)
    {
        _runtime = runtime;
        _state = state;
        _process = process;
        _oom = oom;
        _cancel = new CancelSignal(cancellationToken);
    }

    /// <summary>Starts watching.</summary>
    /// <exception cref="OciException">ContainerNotFound, ContainerNotRunning; NotSupported without the memory controller, which reports out-of-memory events.</exception>
    internal static ContainerFeed Open(ContainerRuntime runtime, string id, CancellationToken cancellationToken = default)
    {
        using StateDirectory directory = StateDirectory.Open(runtime.StateRoot, id);
        ContainerState state = ContainerStatistics.LivingState(directory);
        ProcessHandle process = ProcessHandle.TryOpen(state.Pid, state.StartTime) ?? throw ContainerStatistics.NotRunning(id);
        try
        {
            OomWatch oom = OomWatch.TryOpen(runtime.CgroupOf(state))
                ?? throw new OciException(OciErrorCode.NotSupported, "the host has no memory controller, which reports out-of-memory events") { Object = id, Refusal = Refusal.WatchWithoutMemory };
            return new(runtime, state, process, oom, cancellationToken);
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    /// <summary>Waits for the first of the notices.</summary>
    /// <param name="milliseconds">The longest time to wait.</param>
    internal ContainerNotice Wait(int milliseconds)
    {
        long deadline = Environment.TickCount64 + milliseconds;
        while (true)
        {
            int left = (int)Math.Max(0, deadline - Environment.TickCount64);
            // Check memory first: a lack of it may be what ended the container.
            switch (_cancel.WaitAny([_oom.Fd, _process.Fd], left))
            {
                case 0 when _oom.Take():
                    return ContainerNotice.OutOfMemory;
                case 0 when _process.WaitExit(_cancel, 0):
                case 1:
                    return ContainerNotice.Ended;
                case -1:
                    return ContainerNotice.TimedOut;
                default:
                    break; // another counter in the same file changed
            }
        }
    }

    internal ContainerStatistics Read() => ContainerStatistics.Read(_runtime, _state);

    public void Dispose()
    {
        _oom.Dispose();
        _process.Dispose();
        _cancel.Dispose();
    }
}

/// <summary>What a <see cref="ContainerFeed"/> waits for.</summary>
internal enum ContainerNotice
{
    /// <summary>Nothing happened in time.</summary>
    TimedOut,

    /// <summary>A process of the container ran out of memory.</summary>
    OutOfMemory,

    /// <summary>The container has ended.</summary>
    Ended,
}
