using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

internal sealed partial class ContainerRuntime
{
    // It has only to write down what it has seen.
    private const int SupervisorTimeout = 10_000;

    // A parent that does not reap its child is not waited for.
    private const int ParentTimeout = 200;

    /// <summary>Waits until the container has stopped.</summary>
    /// <param name="id">Container id.</param>
    /// <param name="timeout">How long; null is for ever.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>
    /// Its exit record, or null when the timeout passed. Its ExitCode is null when nobody saw the end: an unsupervised container whose
    /// parent was another process, unless this call was already waiting and the kernel keeps the status (Linux 6.15).
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
                return null; // the record comes from it
        }
        // A supervisor that was killed has written none, and one that was read late may be gone with its container.
        if (process is not null && directory.TryReadExit() is null && ReapOrAsk(process, cancel, deadline) is { } status)
            return Record(directory, state, status);
        return directory.TryReadExit() ?? new ExitRecord { Id = id };
    }

    // Milliseconds; -1 is for ever.
    private static int Left(long deadline, int most = int.MaxValue)
    {
        if (deadline == long.MaxValue && most == int.MaxValue)
            return Timeout.Infinite;
        return (int)Math.Clamp(deadline - Environment.TickCount64, 0, most);
    }

    // Our own child tells when it is reaped; of another's child the kernel tells holders of a pidfd once its parent has reaped it.
    private static ExitStatus? ReapOrAsk(ProcessHandle process, CancelSignal cancel, long deadline)
    {
        if (process.WaitReap(cancel, Left(deadline)) is { } own)
            return own;
        return process.WaitReaped(Left(deadline, most: ParentTimeout)) ? process.TryGetExit() : null;
    }

    /// <summary>The exit of a process that only its caller saw end.</summary>
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
            // The container was removed meanwhile: nobody can ask any more.
        }
        catch (OciException e)
        {
            Log(RuntimeLogLevel.Warning, e.Message);
        }
    }

    // Kept in the state directory, so that it is there for whoever asks next.
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
