using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Wire;

namespace OciRuntime.Core.Launch;

/// <summary>
/// One launch in flight: the spawned helper, its channel, and what it has reported so far. Until <see cref="Complete"/> the
/// processes belong to this object: <see cref="Abort"/> ends and reaps all of them.
/// </summary>
internal sealed partial class HelperLaunch : IDisposable
{
    private const int EndTimeout = 1_000;
    private const string KernelLogHint = "look for a kill or an out-of-memory report in the kernel log";

    private readonly HelperWatch _watch;
    private readonly Action<HelperNotice>? _notice;
    private readonly List<SafeFd> _received = [];
    private Channel? _channel;
    private Func<LaunchPlan>? _plan;
    private ProcessHandle? _helper;
    private ProcessHandle? _supervisor;
    private ProcessHandle? _atGate;
    private bool _supervised;

    private HelperLaunch(Func<CgroupLayout>? layout, CancelSignal cancel, Action<HelperNotice>? notice)
    {
        _watch = new HelperWatch(layout, cancel);
        _notice = notice;
    }

    /// <summary>Host pid of the container's process; 0 until CLONED.</summary>
    public int Pid => Process?.Pid ?? 0;

    /// <summary>Pid of the helper itself; 0 when it has ended.</summary>
    public int HelperPid => _helper?.Pid ?? 0;

    /// <summary>The container's process; null until CLONED.</summary>
    public ProcessHandle? Process { get; private set; }

    private ProcessHandle? New => Process ?? _atGate;

    /// <summary>Pid of the supervisor, or 0.</summary>
    public int SupervisorPid => _supervisor?.Pid ?? 0;

    /// <summary>The pty master when it came over the channel.</summary>
    public SafeFd? Terminal { get; private set; }

    /// <summary>The caller knows that the container is frozen, and waits until it is thawed.</summary>
    public bool AwaitsThaw { get => _watch.AwaitsThaw; set => _watch.AwaitsThaw = value; }

    /// <summary>Takes the listener of a filter that notifies, before the process runs; the descriptor is closed afterwards.</summary>
    public Action<SafeFd>? SeccompListener { get; set; }

    /// <summary>Starts the helper. The helper waits for its program, so the runtime can still be preparing that.</summary>
    /// <param name="helper">Its program.</param>
    /// <param name="stdio">Its descriptors 0, 1 and 2.</param>
    /// <param name="layout">Returns the cgroups to check for a freeze; null when the helper stays in the runtime's own.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <param name="notice">Receives warnings.</param>
    public static HelperLaunch Spawn(SealedHelper helper, LaunchStdio stdio, Func<CgroupLayout>? layout, CancelSignal cancel, Action<HelperNotice>? notice)
    {
        ProcessHandle process = helper.Start(stdio, "the helper", out Channel channel);
        return new HelperLaunch(layout, cancel, notice) { _channel = channel, _helper = process };
    }

    /// <summary>A launch whose init waits at the start gate; another runtime process began it, and it does not end with this object.</summary>
    /// <param name="init">The init; the caller keeps ownership.</param>
    /// <param name="connection">Connected to the gate.</param>
    /// <param name="layout">Returns the cgroups to check for a freeze.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <param name="notice">Receives warnings.</param>
    public static HelperLaunch AtGate(ProcessHandle init, SafeFd connection, Func<CgroupLayout> layout, CancelSignal cancel, Action<HelperNotice>? notice) =>
        new(layout, cancel, notice) { _channel = new Channel(connection), _atGate = init };

    /// <summary>Sends the program; the helper starts to run it.</summary>
    /// <param name="plan">The plan, for the wording of errors.</param>
    /// <param name="image">memfd with its wire image.</param>
    /// <param name="slots">Descriptors of its slots, in order.</param>
    public void Send(LaunchPlan plan, int image, ReadOnlySpan<int> slots)
    {
        _plan = () => plan;
        _supervised = plan.Steps.Any(static step => step is SuperviseStep);
        int[] fds = [image, .. slots];
        for (int at = 0; at < fds.Length; at += FdPassing.Most)
        {
            int count = Math.Min(FdPassing.Most, fds.Length - at);
            Tell(new ChannelMessage(MessageType.Program) { N0 = (ulong)(fds.Length - at - count) }, fds.AsSpan(at, count));
        }
    }

    /// <summary>Follows the helper until the container's process is ready: at the gate, or about to start.</summary>
    /// <param name="onCloned">Called when the process exists; it goes on only after this has saved its state.</param>
    /// <param name="onSync">Called when the helper waits for the runtime; the second argument is the sender's pid.</param>
    public void RunToReady(Action onCloned, Action<SyncPoint, int> onSync)
    {
        while (true)
        {
            if (!Next(out ChannelMessage message))
                throw Died("before it was ready");
            switch (message.Type)
            {
                case MessageType.Supervisor when _supervisor is null:
                    _supervisor = TakeProcess(message);
                    break;
                case MessageType.Cloned when Process is null:
                    Process = TakeProcess(message);
                    onCloned();
                    Tell(MessageType.Go);
                    break;
                case MessageType.Sync when Process is not null || (SyncPoint)message.N0 == SyncPoint.IdMaps:
                    onSync((SyncPoint)message.N0, (int)message.N1);
                    Tell(MessageType.Go);
                    break;
                case MessageType.Ready:
                    if (Process is null)
                        throw Died("before it said what it had made");
                    ReapHelper(helper => _watch.Await([helper.Fd], New, helper.Pid));
                    return;
                default:
                    throw new OciException(OciErrorCode.HelperDied, $"the helper broke the protocol: record {(uint)message.Type} before it was ready");
            }
        }
    }

    /// <summary>Follows the helper until it waits for the runtime, and leaves it there.</summary>
    /// <returns>The sender's pid.</returns>
    public int RunToSync() =>
        Next(out ChannelMessage message) && message.Type == MessageType.Sync ? (int)message.N1 : throw Died("before it could wait");

    /// <summary>Follows a helper that makes no process, until its work can be kept or undone.</summary>
    public void RunToCommit()
    {
        if (!Next(out ChannelMessage message) || message.Type != MessageType.Ready)
            throw new OciException(OciErrorCode.HelperDied, "the helper died before it had done its work") { Hint = KernelLogHint };
    }

    /// <summary>Keeps the helper's work. Without this the end of the channel tells it to undo it.</summary>
    public void Commit()
    {
        if (!Tell(MessageType.Go))
            throw new OciException(OciErrorCode.HelperDied, "the helper died before its work could be kept") { Hint = KernelLogHint };
    }

    /// <summary>The create is complete: lets init go to the start gate. Until then it ends with this process.</summary>
    public void LeaveAtGate()
    {
        if (!Tell(MessageType.Go))
            throw Died("before it was at the start gate");
    }

    /// <summary>Asks an init at the gate to let a non-root process into its namespaces, until this object is disposed.</summary>
    /// <returns>False when init has gone.</returns>
    public bool Enter()
    {
        if (!Tell(MessageType.Enter) || !Next(out ChannelMessage message))
            return false;
        return message.Type == MessageType.Ready ? true : throw new OciException(OciErrorCode.HelperDied, $"the helper broke the protocol: record {(uint)message.Type} at the gate");
    }

    /// <summary>Opens the gate and waits until the program runs.</summary>
    /// <param name="plan">The plan that is being run, for the wording of errors; null when it was sent from here.</param>
    public void Start(Func<LaunchPlan>? plan = null)
    {
        _plan ??= plan;
        Tell(MessageType.Start);
        WaitStarted();
    }

    /// <summary>Waits for the execve: STARTING, then the channel closed by close-on-exec.</summary>
    public void WaitStarted()
    {
        bool starting = false;
        while (Next(out ChannelMessage message))
        {
            if (message.Type != MessageType.Starting)
                throw new OciException(OciErrorCode.HelperDied, $"the helper broke the protocol: record {(uint)message.Type} instead of a start");
            starting = true;
        }
        if (!starting)
            throw Died("before it started the program", atStart: true);
    }

    /// <summary>The launch is done: the processes live on by themselves.</summary>
    /// <returns>The container's process, now the caller's.</returns>
    public ProcessHandle Complete()
    {
        ProcessHandle process = Process!;
        Process = null;
        Dispose();
        return process;
    }

    /// <summary>The pty master, now the caller's.</summary>
    public SafeFd? TakeTerminal()
    {
        SafeFd? terminal = Terminal;
        Terminal = null;
        return terminal;
    }

    public void Dispose()
    {
        _channel?.Dispose();
        _channel = null;
        _helper?.Dispose();
        _helper = null;
        _supervisor?.Dispose();
        _supervisor = null;
        Process?.Dispose();
        Process = null;
        Terminal?.Dispose();
        Terminal = null;
        foreach (SafeFd fd in _received)
            fd.Dispose();
        _received.Clear();
    }

    // If the helper has gone already, reading its answer tells why, or nothing.
    private bool Tell(MessageType type) => Tell(new ChannelMessage(type), []);

    private bool Tell(in ChannelMessage message, ReadOnlySpan<int> descriptors)
    {
        _notice?.Invoke(HelperNotice.Of(new ChannelRecord(Sent: true, message, descriptors.Length)));
        if (_channel!.Send(message, descriptors))
            return true;
        // A helper that is still there finds the end of the channel instead of the record, and does not wait for it.
        _channel.ShutdownWrite();
        return false;
    }

    // Handles the records that may come in any phase.
    private bool Next(out ChannelMessage message)
    {
        while (true)
        {
            AwaitRecord();
            int held = _received.Count;
            if (!_channel!.TryReceive(out message, _received))
                return false;
            _notice?.Invoke(HelperNotice.Of(new ChannelRecord(Sent: false, message, _received.Count - held)));
            switch (message.Type)
            {
                case MessageType.Error:
                    throw LaunchError.From(message, _plan!());
                case MessageType.Warning:
                    _notice?.Invoke(new HelperNotice(LaunchError.From(message, _plan!()).Message, []));
                    break;
                case MessageType.Timeline:
                    _notice?.Invoke(new HelperNotice(string.Empty, message.Timeline, Started: message.N1));
                    break;
                case MessageType.Console:
                    Terminal = TakeFd("a terminal");
                    break;
                case MessageType.SeccompFd:
                    using (SafeFd listener = TakeFd("a seccomp listener"))
                        SeccompListener?.Invoke(listener);
                    Tell(MessageType.Go);
                    break;
                default:
                    return true;
            }
        }
    }

    // Waits for a record, the end of the channel, or the death of a process that had more to report: a child of it may hold the other end forever.
    private void AwaitRecord()
    {
        Span<int> awaited = stackalloc int[3];
        int count = Awaited(awaited);
        _watch.Await(awaited[..count], New, HelperPid);
    }

    private int Awaited(Span<int> fds)
    {
        int count = 0;
        fds[count++] = _channel!.Fd;
        // The helper of a supervised container only forks the supervisor, and no other process holds the channel until the supervisor has reported.
        if ((_supervised ? _supervisor : Process is null ? _helper : null) is { } cloning)
            fds[count++] = cloning.Fd;
        if (Process is not null)
            fds[count++] = Process.Fd;
        return count;
    }

    private ProcessHandle TakeProcess(in ChannelMessage message)
    {
        SafeFd pidfd = TakeFd("a process");
        return new ProcessHandle(message.N0 != 0 ? (int)message.N0 : ProcessHandle.PidOf(pidfd), pidfd);
    }

    private SafeFd TakeFd(string what)
    {
        if (_received.Count == 0)
            throw new OciException(OciErrorCode.HelperDied, $"the helper broke the protocol: {what} without a descriptor");
        SafeFd fd = _received[0];
        _received.RemoveAt(0);
        return fd;
    }

    private OciException Died(string when, bool atStart = false)
    {
        // A profile that also forbids write(2) keeps the process from reporting the error. After a SIGKILL from outside, the profile is not to blame.
        if (Seccomp(atStart) is { } seccomp && Ended() is not { Signal: Libc.SIGKILL })
        {
            return new OciException(OciErrorCode.HelperDied, $"the container's init died {when}: the seccomp profile may forbid what the start itself needs")
            {
                Step = seccomp.Name,
                SpecPointer = seccomp.SpecPointer,
                Hint = LaunchError.SeccompHint,
            };
        }
        return new OciException(OciErrorCode.HelperDied, $"the container's init died {when}") { Hint = KernelLogHint };
    }

    // The step that loads the profile, if it may have run.
    private LaunchStep? Seccomp(bool atStart) =>
        _plan?.Invoke().Steps.TakeWhile(step => atStart || step is not ReadyStep).LastOrDefault(static step => step.Name == SeccompStep.Title);

    // Its descriptors are closed before it has ended.
    private ExitStatus? Ended()
    {
        if (Process is null)
            return null;
        using var uncancellable = new CancelSignal(CancellationToken.None);
        return Process.WaitExit(uncancellable, EndTimeout) ? Process.TryReap() ?? (Process.WaitReaped(EndTimeout) ? Process.TryGetExit() : null) : null;
    }
}
