using OciRuntime.Core.Errors;
using OciRuntime.Core.Launch;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

public sealed partial class ContainerRuntime
{
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
        int milliseconds = timeout is { } span ? (int)Math.Clamp(span.TotalMilliseconds, 0, int.MaxValue) : Timeout.Infinite;
        using ProcessHandle? process = ProcessHandle.TryOpen(state.Pid, state.StartTime);
        if (process is not null && !process.WaitExit(cancel, milliseconds))
            return null;
        if (state.Supervised)
        {
            using ProcessHandle? supervisor = ProcessHandle.TryOpen(state.SupervisorPid, state.SupervisorStartTime);
            supervisor?.WaitExit(cancel, 10_000);
        }
        else if (process is not null && directory.TryReadExit() is null && ReapOrAsk(process, cancel, milliseconds) is { } status)
        {
            return Record(directory, state, status);
        }
        return directory.TryReadExit() ?? new ExitRecord { Id = id };
    }

    // Our own child tells when it is reaped; of another's child the kernel tells holders of a pidfd once its parent has reaped it.
    private static ExitStatus? ReapOrAsk(ProcessHandle process, CancelSignal cancel, int milliseconds)
    {
        if (process.WaitReap(cancel, milliseconds) is { } own)
            return own;
        return process.WaitReaped(200) ? process.TryGetExit() : null;
    }

    /// <summary>The exit of a process that only its caller saw end.</summary>
    internal void KeepExit(ExitRecord record)
    {
        try
        {
            using StateDirectory? directory = StateDirectory.TryOpen(_root, record.Id);
            directory?.WriteExit(record);
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
        try
        {
            directory.WriteExit(record);
        }
        catch (OciException e)
        {
            Log(RuntimeLogLevel.Warning, e.Message);
        }
        return record;
    }
}
