using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Observe;

/// <summary>A container that a <see cref="ContainerWatch"/> follows: what is known of it, and what has been told.</summary>
internal sealed class WatchedContainer(ContainerRuntime runtime, string id, int watch) : IDisposable
{
    private const int ReapedMilliseconds = 200;

    private ContainerState? _state;
    private ProcessHandle? _init;
    private ProcessHandle? _supervisor;
    private Phase _phase;
    private bool _created, _started;

    public string Id => id;

    /// <summary>Where its directory is in the queue.</summary>
    public int Watch => watch;

    /// <summary>Readable when its process has ended, or who records that; -1 when nothing of the kind is to come.</summary>
    public int EndFd => _phase switch
    {
        Phase.Living => _init?.Fd ?? -1,
        Phase.AwaitsRecord => _supervisor?.Fd ?? -1,
        _ => -1,
    };

    /// <summary>What tells that it ran out of memory, or null.</summary>
    public OomWatch? Oom { get; private set; }

    /// <summary>Looks at one that was there before: what is so already is no event.</summary>
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

    /// <summary>Looks at one that has appeared: a verb that is at work will tell, one that was done before we watched has told already.</summary>
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

    /// <summary>An entry of its directory was made, or moved in.</summary>
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
        // A create tells of a run too, whose start is told next.
        bool startIsKnown = name is StateNotice.Started or StateNotice.StartFailed || (name == StateNotice.Created && HasGate() == true);
        if (startIsKnown && _phase == Phase.AwaitsStart)
            _phase = Phase.Living;
        if (startIsKnown || name == ExitFile.Name)
            events.AddRange(Ended(cancel, startIsKnown));
        return events;
    }

    /// <summary>The kernel has told something of its memory.</summary>
    public List<OciContainerEvent> OutOfMemory() => Oom?.Take() == true ? [Event(ContainerEventKind.Oom)] : [];

    /// <summary>Its process has ended, it seems.</summary>
    /// <param name="cancel">Of the watch.</param>
    /// <param name="startIsKnown">Whether it was started has been told.</param>
    public List<OciContainerEvent> Ended(CancelSignal cancel, bool startIsKnown = false)
    {
        if (_state is null || _phase == Phase.Over || (_init is not null && !_init.WaitExit(cancel, 0)))
            return [];
        List<OciContainerEvent> events = OutOfMemory();
        // `true` may have ended before its start was told; who starts it tells before it lets go of the lock.
        if (!_started && !startIsKnown && !HasNoVerb())
        {
            _phase = Phase.AwaitsStart;
            return events;
        }
        // Its start may have been told before we watched: the gate is gone since.
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

    /// <summary>Its directory is gone. A create that failed has told nothing, and nothing is told of its end.</summary>
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

    // The record of a supervised container is its supervisor's to write; null while that may come.
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

    // Of our own child, which is not reaped: its status is for who waits for it. Of another's the kernel tells who holds the pidfd (Linux 6.15), once it was reaped.
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
            return null; // nothing of what it says is believed
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

    // Verbs tell before they let go of the lock.
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
