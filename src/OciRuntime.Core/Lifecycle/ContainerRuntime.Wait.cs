using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

internal sealed partial class ContainerRuntime
{
    // It only has to write the exit record.
    private const int SupervisorTimeout = 10_000;

    // Don't wait for a parent that does not reap its child.
    private const int ParentTimeout = 200;

    /// <summary>Waits until the container has stopped.</summary>
    /// <param name="id">Container id.</param>
    /// <param name="timeout">How long; null for no limit.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>
    /// Its exit record, or null if the timeout passed. ExitCode is null if the status is unknown: for an unsupervised container whose
    /// parent was another process, unless this call was already waiting and the kernel keeps the status (since Linux 6.15).
    /// </returns>
    /// <exception cref="OciException">ContainerNotFound, ContainerBroken, Cancelled.</exception>
    public ExitRecord? Wait(string id, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        using StateDirectory directory = StateDirectory.Open(_root, id);
        ContainerState state = directory.ReadState();
        using var cancel = new CancelSignal(cancellationToken);
        long deadline = timeout is { } span ? Environment.TickCount64 + (long)Math.Clamp(span.TotalMilliseconds, 0, int.MaxValue) : long.MaxValue;
        using ProcessHandle? process = ProcessHandle.TryOpen(state.Pid, state.StartTime);
        if (process is not null && !process.WaitExit(cancel, Left(deadline)))
            return null;
        if (state.Supervised)
        {
            using ProcessHandle? supervisor = ProcessHandle.TryOpen(state.SupervisorPid, state.SupervisorStartTime);
            if (supervisor?.WaitExit(cancel, Left(deadline, most: SupervisorTimeout)) == false && Left(deadline) == 0)
                return null; // the supervisor has yet to write the record
        }
        // A killed supervisor has written no record, and after a long wait the record may be gone with the container.
        if (process is not null && directory.TryReadExit() is null && ReapOrAsk(process, cancel, deadline) is { } status)
            return Record(directory, state, status);
        return directory.TryReadExit() ?? new ExitRecord { Id = id };
    }

    // Milliseconds; -1 for no limit.
    private static int Left(long deadline, int most = int.MaxValue)
    {
        if (deadline == long.MaxValue && most == int.MaxValue)
            return Timeout.Infinite;
        return (int)Math.Clamp(deadline - Environment.TickCount64, 0, most);
    }

    // Reaping our own child returns its status; for the child of another process the kernel gives it to holders of a pidfd once the parent has reaped it.
    private static ExitStatus? ReapOrAsk(ProcessHandle process, CancelSignal cancel, long deadline)
    {
        if (process.WaitReap(cancel, Left(deadline)) is { } own)
            return own;
        return process.WaitReaped(Left(deadline, most: ParentTimeout)) ? process.TryGetExit() : null;
    }

    /// <summary>Records the exit of a process of which only the caller has the status.</summary>
    internal void KeepExit(ExitRecord record)
    {
        try
        {
            using StateDirectory? directory = StateDirectory.TryOpen(_root, record.Id);
            if (directory is not null)
                TryWriteExit(directory, record);
        }
        catch (OciException e)
        {
            Log(RuntimeLogLevel.Warning, e.Message);
        }
    }

    private void TryWriteExit(StateDirectory directory, ExitRecord record)
    {
        try
        {
            directory.WriteExit(record);
        }
        catch (OciException e) when (e.Errno == Errno.ENOENT)
        {
            // The container was removed meanwhile, so nobody can ask for the record.
        }
        catch (OciException e)
        {
            Log(RuntimeLogLevel.Warning, e.Message);
        }
    }

    // Keeps the record in the state directory for later callers.
    private ExitRecord Record(StateDirectory directory, ContainerState state, ExitStatus status)
    {
        var record = new ExitRecord
        {
            Id = state.Id,
            ExitCode = status.Code,
            Signal = status.Signal > 0 ? status.Signal : null,
            ExitedAt = DateTime.Now,
            OomKilled = OomCounter.HasKills(CgroupOf(state).OomFile),
        };
        TryWriteExit(directory, record);
        return record;
    }
}
