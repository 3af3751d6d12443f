using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Observe;

/// <summary>A container that a <see cref="ContainerWatch"/> follows: what is known about it, and what has been reported.</summary>
internal sealed class WatchedContainer(ContainerRuntime runtime, string id, int watch) : IDisposable
{
    private const int ReapedMilliseconds = 200;

    private ContainerState? _state;
    private ProcessHandle? _init;
    private ProcessHandle? _supervisor;
    private Phase _phase;
    private bool _created, _started;

    public string Id => id;

    /// <summary>The watch of its directory in the queue.</summary>
    public int Watch => watch;

    /// <summary>Readable when its process, or the supervisor that records its exit, has ended; -1 when there is no such event to wait for.</summary>
    public int EndFd => _phase switch
    {
        Phase.Living => _init?.Fd ?? -1,
        Phase.AwaitsRecord => _supervisor?.Fd ?? -1,
        _ => -1,
    };

    /// <summary>Reports that it ran out of memory; null when it is not watched.</summary>
    public OomWatch? Oom { get; private set; }

    /// <summary>Takes in a container that existed before: its present state is not an event.</summary>
    public void Adopt(FileChanges queue)
    {
        if (!TryReadState(queue))
            return;
        ContainerStatus status = StatusNow();
        _created = status != ContainerStatus.Created || HasNoVerb();
        _started = status is ContainerStatus.Running or ContainerStatus.Paused or ContainerStatus.Stopped;
        if (status == ContainerStatus.Stopped)
            _phase = Phase.Over;
    }

    /// <summary>Looks at a container that has appeared: a verb that is still running will report itself, one that finished before the watch began has done so already.</summary>
    public List<OciContainerEvent> Look(FileChanges queue, CancelSignal cancel)
    {
        if (_phase == Phase.Over || (_state is null && !TryReadState(queue)))
            return [];
        return StatusNow() switch
        {
            ContainerStatus.Running or ContainerStatus.Paused => Started(),
            ContainerStatus.Stopped => HasNoVerb() ? Ended(cancel) : [],
            _ => HasNoVerb() ? Created() : [],
        };
    }

    /// <summary>Handles an entry that was made in its directory or moved into it.</summary>
    public List<OciContainerEvent> Changed(string name, FileChanges queue, CancelSignal cancel)
    {
        if (_state is null && !TryReadState(queue))
            return [];
        List<OciContainerEvent> events = name switch
        {
            StateNotice.Created => Created(),
            StateNotice.Started => Started(),
            StateNotice.Paused => [Event(ContainerEventKind.Paused)],
            StateNotice.Resumed => [Event(ContainerEventKind.Resumed)],
            _ when StateNotice.PidOfExec(name) is { } pid => [Exec(pid)],
            _ => [],
        };
        // A create also leaves its notice for a run, whose start is reported next.
        bool startIsKnown = name is StateNotice.Started or StateNotice.StartFailed || (name == StateNotice.Created && HasGate() == true);
        if (startIsKnown && _phase == Phase.AwaitsStart)
            _phase = Phase.Living;
        if (startIsKnown || name == ExitFile.Name)
            events.AddRange(Ended(cancel, startIsKnown));
        return events;
    }

    /// <summary>Handles a memory event from the kernel.</summary>
    public List<OciContainerEvent> OutOfMemory() => Oom?.Take() == true ? [Event(ContainerEventKind.Oom)] : [];

    /// <summary>Handles what looks like the end of its process.</summary>
    /// <param name="cancel">Cancels the watch.</param>
    /// <param name="startIsKnown">Whether it was started is already known.</param>
    public List<OciContainerEvent> Ended(CancelSignal cancel, bool startIsKnown = false)
    {
        if (_state is null || _phase == Phase.Over || (_init is not null && !_init.WaitExit(cancel, 0)))
            return [];
        List<OciContainerEvent> events = OutOfMemory();
        // `true` may have ended before its start was reported; a start reports itself before it releases the lock.
        if (!_started && !startIsKnown && !HasNoVerb())
        {
            _phase = Phase.AwaitsStart;
            return events;
        }
        // Its start may have been reported before we watched: the gate has been removed since.
        if (!_started && HasGate() == false)
            events.AddRange(Started());
        if (Exit(cancel) is not { } exit)
        {
            _phase = Phase.AwaitsRecord;
            return events;
        }
        _phase = Phase.Over;
        return [.. events, .. Created(), exit];
    }

    /// <summary>Its directory is gone. A failed create has reported nothing, so its end is not reported either.</summary>
    public List<OciContainerEvent> Deleted()
    {
        if (!_created)
            return [];
        List<OciContainerEvent> events = _state is null ? [] : OutOfMemory();
        if (_state is not null && _phase != Phase.Over)
            events.Add(Exited(AskKernel()));
        events.Add(new() { Id = id, Root = runtime.Root, Time = DateTime.Now, Kind = ContainerEventKind.Deleted });
        return events;
    }

    public void Dispose()
    {
        _init?.Dispose();
        _supervisor?.Dispose();
        Oom?.Dispose();
        Oom = null;
        _phase = Phase.Over;
    }

    private List<OciContainerEvent> Created()
    {
        if (_created)
            return [];
        _created = true;
        return [Event(ContainerEventKind.Created)];
    }

    private List<OciContainerEvent> Started()
    {
        if (_started)
            return [];
        _started = true;
        return [.. Created(), Event(ContainerEventKind.Started)];
    }

    // The supervisor writes the exit record of a supervised container; null while it may still come.
    private OciContainerEvent? Exit(CancelSignal cancel)
    {
        using StateDirectory? directory = Open();
        if (directory?.TryReadState() is not { } state || state.Pid != _state!.Pid || state.StartTime != _state.StartTime)
            return Exited(AskKernel());
        if (directory.TryReadExit() is { } record)
            return Exited(record);
        if (!state.Supervised)
            return Exited(AskKernel());
        _supervisor ??= ProcessHandle.TryOpen(state.SupervisorPid, state.SupervisorStartTime);
        return _supervisor is null || _supervisor.WaitExit(cancel, 0) ? Exited(directory.TryReadExit() ?? AskKernel()) : null;
    }

    // An unreaped child of ours is left to whoever waits for it. For any other process the kernel reports the status to holders of the pidfd (Linux 6.15), once it has been reaped.
    private ExitRecord? AskKernel() => _init is not null && (_init.TryPeek() ?? (_init.WaitReaped(ReapedMilliseconds) ? _init.TryGetExit() : null)) is { } status
        ? new() { Id = id, ExitCode = status.Code, Signal = status.Signal > 0 ? status.Signal : null }
        : null;

    private bool TryReadState(FileChanges queue)
    {
        using StateDirectory? directory = Open();
        if (directory?.TryReadState() is not { } state)
            return false;
        _state = state;
        _init = ProcessHandle.TryOpen(state.Pid, state.StartTime);
        Oom = _init is null ? null : OomWatch.TryOpen(runtime.CgroupOf(state), queue);
        return true;
    }

    private StateDirectory? Open()
    {
        try
        {
            return StateDirectory.TryOpen(runtime.StateRoot, id);
        }
        catch (OciException e) when (e.Code == OciErrorCode.Untrusted)
        {
            return null; // the record is not trusted
        }
    }

    private ContainerStatus StatusNow()
    {
        using StateDirectory? directory = Open();
        return directory is null ? ContainerStatus.Stopped : Snapshot.StatusOf(directory, _state!);
    }

    // Null when its directory has gone.
    private bool? HasGate()
    {
        using StateDirectory? directory = Open();
        return directory?.Exists(StateDirectory.GateName);
    }

    // Verbs report before they release the lock.
    private bool HasNoVerb()
    {
        using StateDirectory? directory = Open();
        return directory is null || directory.TryLock();
    }

    private OciContainerEvent Exec(int pid) => new()
    {
        Id = id,
        Root = runtime.Root,
        Time = DateTime.Now,
        Kind = ContainerEventKind.Exec,
        Pid = pid,
        Command = (TextFile.TryReadForMessage(FormattableString.Invariant($"/proc/{pid}/cmdline")) ?? string.Empty).Split('\0', StringSplitOptions.RemoveEmptyEntries),
    };

    private OciContainerEvent Event(ContainerEventKind kind) => new()
    {
        Id = id,
        Root = runtime.Root,
        Time = DateTime.Now,
        Kind = kind,
        Pid = _state!.Pid,
        Command = _state.Args,
    };

    private OciContainerEvent Exited(ExitRecord? record) => new()
    {
        Id = id,
        Root = runtime.Root,
        Time = record?.ExitedAt ?? DateTime.Now,
        Kind = ContainerEventKind.Exited,
        Pid = _state!.Pid,
        Command = _state.Args,
        ExitCode = record?.ExitCode,
        Signal = record?.Signal,
    };

    private enum Phase
    {
        Living,
        AwaitsStart,
        AwaitsRecord,
        Over,
    }
}
