using Microsoft.Win32.SafeHandles;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

/// <summary>A process that this runtime started and can wait for: the init of <c>run</c>, or an exec'ed process.</summary>
internal sealed class ContainerProcess : IDisposable
{
    private const int LongestPause = 100;

    private readonly ContainerRuntime _runtime;
    private readonly ProcessHandle _process;
    private readonly bool _supervised;
    private readonly string? _oomFile;
    private readonly Lock _lock = new();
    private ExitRecord? _exit;
    private EndableStream? _output;
    private FileStream? _input;

    /// <summary>It was started by exec, so only this program learns of its end.</summary>
    internal bool IsExec { get; init; }

    /// <summary>The leash that ends it when this program is gone, or null.</summary>
    internal Leash? Leash { get; init; }

    /// <summary>Its notifications to the service manager, or null.</summary>
    internal ServiceNotification? Notification { get; init; }

    internal ContainerProcess(ContainerRuntime runtime, ProcessHandle process, bool supervised, string? oomFile)
    {
        _runtime = runtime;
        _process = process;
        _supervised = supervised;
        _oomFile = oomFile;
    }

    /// <summary>Host pid.</summary>
    public int Pid { get; internal init; }

    /// <summary>Container id.</summary>
    public required string Id { get; init; }

    /// <summary>Write end of its stdin with <see cref="StdioMode.Pipe"/>, else null.</summary>
    public Stream? StandardInput { get; internal init; }

    /// <summary>Read end of its stdout with <see cref="StdioMode.Pipe"/>, else null.</summary>
    public Stream? StandardOutput { get; internal init; }

    /// <summary>Read end of its stderr with <see cref="StdioMode.Pipe"/>, else null.</summary>
    public Stream? StandardError { get; internal init; }

    /// <summary>The pty master when it has a terminal and no console socket was given, else null.</summary>
    public SafeFileHandle? Terminal { get; internal init; }

    /// <summary>Output of its terminal, or else its stdout; null if this program gets neither.</summary>
    public Stream? Output => Terminal is null ? StandardOutput : _output ??= ReadTerminal(Terminal);

    /// <summary>Input of its terminal, or else its stdin; null if this program provides neither.</summary>
    public Stream? Input => Terminal is null ? StandardInput : _input ??= new FileStream(Terminal, FileAccess.Write, bufferSize: 0);

    /// <summary>Ends its input: closes its stdin, or types the end-of-file character at its terminal.</summary>
    /// <exception cref="IOException">It no longer reads.</exception>
    public void EndInput()
    {
        if (Terminal is null)
            StandardInput?.Dispose();
        else
            Input!.Write([4 /* VEOF, termios(3) */]);
    }

    private static EndableStream ReadTerminal(SafeFileHandle terminal)
    {
        int copy = Libc.fcntl((int)terminal.DangerousGetHandle(), Libc.F_DUPFD_CLOEXEC, 0);
        return copy >= 0 ? new EndableStream(new SafeFd(copy)) : throw KernelError.Last("duplicate", "the terminal of a process", "fcntl");
    }

    /// <summary>Keep the exit record in the container's state directory, for a container that stays after <c>run</c>.</summary>
    public bool RecordExit { get; set; }

    /// <summary>Waits until it ends. May be called again, and from several threads.</summary>
    /// <param name="cancellationToken">Stops waiting; the process goes on.</param>
    /// <exception cref="OciException">Cancelled.</exception>
    public ExitRecord Wait(CancellationToken cancellationToken = default)
    {
        if (_exit is { } known)
            return known;
        using var cancel = new CancelSignal(cancellationToken);
        _process.WaitExit(cancel);
        for (int pause = 1; ; pause = Math.Min(pause * 2, LongestPause))
        {
            if (TryEnd(cancellationToken) is { } exit)
                return exit;
            cancel.WaitAny([], pause); // a tracer gets its exit status first
        }
    }

    // Null when it can't be reaped yet. Only one thread may reap, since the status can be read once.
    private ExitRecord? TryEnd(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_exit is not null)
                return _exit;
            if (_supervised)
                return _exit = _runtime.Wait(Id, null, cancellationToken)!;
            ExitStatus? status = _process.TryReap(out bool child);
            if (status is null && child)
                return null;
            _exit = (status ?? _process.TryGetExit()) is { } known ? Of(known) : new ExitRecord { Id = Id, ExitedAt = DateTime.UtcNow };
            if (RecordExit)
                _runtime.KeepExit(_exit);
            return _exit;
        }
    }

    /// <summary>It can notify the caller's service manager that it is ready: see <see cref="RuntimeOptions.NotifySocket"/>.</summary>
    public bool Notifies => Notification is not null;

    /// <summary>Waits until it says that it is ready, and tells the service manager; or until it has ended. Does nothing if it can't notify.</summary>
    /// <param name="mainPid">The process that the service manager is to watch; null for the process itself.</param>
    /// <param name="cancellationToken">Stops waiting; the process goes on.</param>
    /// <exception cref="OciException">The service manager can't be told; Cancelled.</exception>
    public void AwaitReady(int? mainPid = null, CancellationToken cancellationToken = default)
    {
        using var cancel = new CancelSignal(cancellationToken);
        Notification?.Forward(_process, mainPid ?? Pid, warning => _runtime.Log(RuntimeLogLevel.Warning, warning), cancel);
    }

    /// <summary>Sends a signal through its pidfd; not an error if it has ended.</summary>
    /// <param name="signal">Signal number.</param>
    public void Signal(int signal) => _process.Signal(signal);

    /// <summary>Ends the streams of its output once all written data is read, even if other processes still hold the write ends. For use after its end.</summary>
    public void EndOutput()
    {
        (StandardOutput as EndableStream)?.EndWhenEmpty();
        (StandardError as EndableStream)?.EndWhenEmpty();
        _output?.EndWhenEmpty();
    }

    /// <summary>
    /// Ends it as Ctrl+C at a terminal would: SIGINT to its process group, after a while SIGTERM, then SIGKILL. Skips a signal that it ignores, or
    /// that never reaches a container's init because it has no handler for it.
    /// </summary>
    /// <param name="patience">How long to wait after each of the first two signals.</param>
    /// <returns>False if it survives SIGKILL for <see cref="KillTimeout"/>, in uninterruptible sleep.</returns>
    public bool Interrupt(TimeSpan patience)
    {
        using var uncancellable = new CancelSignal(CancellationToken.None);
        ReadOnlySpan<int> signals = [Libc.SIGINT, Libc.SIGTERM];
        foreach (int signal in signals)
        {
            if (SignalDispositions.Read(Pid) is not { } dispositions || !dispositions.Heeds(signal))
                continue;
            SignalGroup(signal);
            if (_process.WaitExit(uncancellable, (int)patience.TotalMilliseconds))
                return true;
        }
        _process.Signal(Libc.SIGKILL);
        return _process.WaitExit(uncancellable, (int)KillTimeout.TotalMilliseconds);
    }

    /// <summary>How long <see cref="Interrupt"/> waits after SIGKILL.</summary>
    public static readonly TimeSpan KillTimeout = TimeSpan.FromSeconds(10);

    // A shell runs its trap only after the program that it waits for has ended, so a terminal signals both. Our child is not reaped yet, so
    // the number still belongs to its group.
    private void SignalGroup(int signal)
    {
        bool leads = !_supervised && Libc.getpgid(Pid) == Pid;
        if (!leads || Libc.kill(-Pid, signal) != 0)
            _process.Signal(signal);
    }

    /// <summary>Sets the terminal's size; does nothing without a terminal.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    public unsafe void Resize(int rows, int columns)
    {
        if (Terminal is not { IsClosed: false } terminal)
            return;
        var size = new Libc.winsize { ws_row = (ushort)rows, ws_col = (ushort)columns };
        if (Libc.ioctl((int)terminal.DangerousGetHandle(), Libc.TIOCSWINSZ, &size) != 0)
            throw KernelError.Last("resize the terminal of", Id, "ioctl");
    }

    /// <summary>Releases it; a running process goes on.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            // It must not stay a zombie if Wait is never called: init can't end before all processes of its pid namespace have been reaped.
            if (_exit is null && !_supervised && _process.TryReap() is { } status)
                _exit = Of(status);
            else if (_exit is null && IsExec)
                _process.ReapLater();
        }
        StandardInput?.Dispose();
        StandardOutput?.Dispose();
        StandardError?.Dispose();
        _output?.Dispose();
        _input?.Dispose();
        Terminal?.Dispose();
        Leash?.Dispose();
        Notification?.Dispose();
        _process.Dispose();
    }

    private ExitRecord Of(ExitStatus status) => new()
    {
        Id = Id,
        ExitCode = status.Code,
        Signal = status.Signal > 0 ? status.Signal : null,
        ExitedAt = DateTime.UtcNow,
        OomKilled = status.Signal == Libc.SIGKILL && OomCounter.HasKills(_oomFile),
    };
}
