using System.Globalization;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Launch;

/// <summary>A process by its pidfd: a signal reaches it or nobody, even after its pid is reused.</summary>
internal sealed unsafe class ProcessHandle : IDisposable
{
    private const int LongestPause = 100;

    private readonly SafeFd _pidfd;

    public ProcessHandle(int pid, SafeFd pidfd)
    {
        Pid = pid;
        _pidfd = pidfd;
    }

    public int Pid { get; }

    public int Fd => _pidfd.Number;

    /// <summary>Opens the process of that pid and start time; null when it has gone.</summary>
    /// <param name="pid">Its pid.</param>
    /// <param name="startTime">Field 22 of /proc/PID/stat.</param>
    /// <param name="living">Treat a zombie as gone.</param>
    public static ProcessHandle? TryOpen(int pid, ulong startTime, bool living = false)
    {
        if (pid <= 0)
            return null;
        int fd = Libc.pidfd_open(pid);
        if (fd < 0)
        {
            int errno = Errno.Last;
            if (errno == Errno.ESRCH)
                return null;
            // A thread that is not a group leader: EINVAL, and ENOENT since Linux 6.16.
            if (errno is Errno.EINVAL or Errno.ENOENT && !IsStill(pid, startTime, living))
                return null;
            throw KernelError.From("open process", pid.ToString(CultureInfo.InvariantCulture), "pidfd_open", errno);
        }
        var process = new ProcessHandle(pid, new SafeFd(fd));
        try
        {
            // Checked after opening: from here on the pidfd can't come to mean another process.
            if (IsStill(pid, startTime, living))
                return process;
        }
        catch
        {
            process.Dispose();
            throw;
        }
        process.Dispose();
        return null;
    }

    private static bool IsStill(int pid, ulong startTime, bool living) => ProcessStat.Read(pid) is { } stat && stat.StartTime == startTime && !(living && stat.IsDead);

    /// <summary>Opens an unreaped child. A child that can't be watched is killed.</summary>
    /// <param name="pid">Its pid.</param>
    /// <param name="what">Its name in errors.</param>
    /// <param name="leader">It leads a process group, which is killed with it.</param>
    public static ProcessHandle OfChild(int pid, string what, bool leader = false)
    {
        int fd = Libc.pidfd_open(pid);
        if (fd >= 0)
            return new ProcessHandle(pid, new SafeFd(fd));
        int errno = Errno.Last;
        _ = Libc.kill(leader ? -pid : pid, Libc.SIGKILL);
        TryReap(pid, 0);
        throw KernelError.From("watch", what, "pidfd_open", errno);
    }

    /// <summary>The pid of a pidfd's process (proc_pid_fdinfo(5)); 0 or less when it has ended.</summary>
    public static int PidOf(SafeFd pidfd)
    {
        string text = TextFile.TryReadOnce("/proc/self/fdinfo/" + pidfd.Number.ToString(CultureInfo.InvariantCulture)) ?? string.Empty;
        ReadOnlySpan<char> pid = ProcessFields.Find(text, "Pid");
        return pid.Length > 0 ? int.Parse(pid, CultureInfo.InvariantCulture) : 0;
    }

    /// <summary>Sends a signal; false when the process has ended.</summary>
    public bool Signal(int signal)
    {
        if (Libc.pidfd_send_signal(Fd, signal) == 0)
            return true;
        int errno = Errno.Last;
        return errno == Errno.ESRCH ? false : throw KernelError.From("signal process", Pid.ToString(CultureInfo.InvariantCulture), "pidfd_send_signal", errno);
    }

    /// <summary>Waits until it has ended; false on timeout.</summary>
    public bool WaitExit(CancelSignal cancel, int timeoutMilliseconds = Timeout.Infinite) => cancel.WaitAny([Fd], timeoutMilliseconds) == 0;

    /// <summary>Waits until an ended process has been reaped by its parent (POLLHUP of pidfd_open(2)); false on timeout.</summary>
    public bool WaitReaped(int timeoutMilliseconds)
    {
        var poll = new Libc.pollfd { fd = Fd, events = 0 };
        int ready;
        do
            ready = Libc.poll(&poll, 1, timeoutMilliseconds);
        while (ready < 0 && Errno.Last == Errno.EINTR);
        return ready >= 0 ? ready > 0 : throw KernelError.Last("wait for process", Pid.ToString(CultureInfo.InvariantCulture), "poll");
    }

    /// <summary>Reaps it when it is a child of this process; null when it is not, or was reaped already, or still runs.</summary>
    public ExitStatus? TryReap() => TryReap(Pid, Libc.WNOHANG);

    /// <summary>
    /// Waits until it has ended and this process, its parent, may reap it. A pidfd is readable before that when the process is traced, in the
    /// container for example: the tracer learns of the end first, and may delay it for a while (ptrace(2)).
    /// </summary>
    /// <returns>How it ended; null when it is not a child of this process, was reaped already, or on timeout.</returns>
    public ExitStatus? WaitReap(CancelSignal cancel, int timeoutMilliseconds = Timeout.Infinite)
    {
        long deadline = timeoutMilliseconds < 0 ? long.MaxValue : Environment.TickCount64 + timeoutMilliseconds;
        bool child = WaitExit(cancel, timeoutMilliseconds);
        for (int pause = 1; child; pause = Math.Min(pause * 2, LongestPause))
        {
            if (TryReap(out child) is { } status)
                return status;
            if (!child || Environment.TickCount64 >= deadline)
                break;
            cancel.WaitAny([], pause); // no event reports that the tracer lets go
        }
        return null;
    }

    /// <summary>Reaps it without waiting, and tells whether it is a child of this process that was not reaped yet.</summary>
    public ExitStatus? TryReap(out bool child) => TryReap(Pid, Libc.WNOHANG, out child);

    /// <summary>waitid(2) on this exact pid, never on "any child": .NET must be able to reap its own children.</summary>
    public static ExitStatus? TryReap(int pid, int options) => TryReap(pid, options, out _);

    private static ExitStatus? TryReap(int pid, int options, out bool child)
    {
        Libc.siginfo_t info = default;
        int result;
        do
            result = Libc.waitid(Libc.P_PID, pid, &info, Libc.WEXITED | options);
        while (result != 0 && Errno.Last == Errno.EINTR);
        child = result == 0;
        if (!child || info.si_pid == 0)
            return null;
        return info.si_code == Libc.CLD_EXITED ? new ExitStatus(info.si_status, 0) : new ExitStatus(128 + info.si_status, info.si_status);
    }

    /// <summary>Reaps it when it ends, on a background thread.</summary>
    public void ReapLater()
    {
        int pid = Pid; // names this process until it is reaped, which only this thread does
        new Thread(() => TryReap(pid, 0), maxStackSize: 64 << 10) { IsBackground = true, Name = "reaper of " + pid.ToString(CultureInfo.InvariantCulture) }.Start();
    }

    /// <summary>How a child of this process ended, without reaping it; null when it is not a child, or has not ended.</summary>
    public ExitStatus? TryPeek() => TryReap(Pid, Libc.WNOHANG | Libc.WNOWAIT);

    /// <summary>The exit status that the kernel keeps for holders of a pidfd after the process was reaped (Linux 6.15), or null.</summary>
    public ExitStatus? TryGetExit()
    {
        var info = new Libc.pidfd_info { mask = Libc.PIDFD_INFO_EXIT };
        if (Libc.ioctl(Fd, Libc.PIDFD_GET_INFO, &info) != 0 || (info.mask & Libc.PIDFD_INFO_EXIT) == 0)
            return null;
        int signal = info.exit_code & 0x7f;
        return signal == 0 ? new ExitStatus((info.exit_code >> 8) & 0xff, 0) : new ExitStatus(128 + signal, signal);
    }

    /// <summary>Another descriptor of the same process.</summary>
    public SafeFd Duplicate()
    {
        int fd = Libc.fcntl(Fd, Libc.F_DUPFD_CLOEXEC, 3);
        return fd >= 0 ? new SafeFd(fd) : throw KernelError.Last("duplicate", "a pidfd", "fcntl");
    }

    public void Dispose() => _pidfd.Dispose();
}

/// <summary>How a process ended.</summary>
/// <param name="Code">Exit status, or 128 + signal.</param>
/// <param name="Signal">The signal that ended it, or 0.</param>
internal readonly record struct ExitStatus(int Code, int Signal);
