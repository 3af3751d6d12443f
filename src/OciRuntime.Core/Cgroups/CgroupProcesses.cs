using System.Globalization;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Cgroups;

/// <summary>Lists, signals and waits for the processes of a cgroup.</summary>
internal static unsafe class CgroupProcesses
{
    /// <summary>How long to wait for a freeze that keeps processes from forking while they are signalled.</summary>
    internal const int FreezeMilliseconds = 500;

    private const int MostBytes = 64 << 20;

    /// <summary>Processes of a directory and those below it, in order. Processes that are not visible in this pid namespace are left out.</summary>
    internal static SortedSet<int> Of(string directory)
    {
        var pids = new SortedSet<int>();
        int failed = 0;
        int errno = CgroupTree.Visit(directory, cgroup =>
        {
            if (Add(cgroup, pids) is > 0 and int one)
                failed = one;
        });
        errno = errno == 0 ? failed : errno;
        return errno == 0 ? pids : throw CgroupFiles.Failed("list the processes of", directory, "read", errno, null);
    }

    /// <summary>
    /// Signals each process through a pidfd, so that a reused pid is not hit. A frozen cgroup needs one round; in a running one,
    /// new processes may appear and are signalled too, up to a number of rounds.
    /// </summary>
    internal static void Signal(Func<IEnumerable<int>> processes, int signal)
    {
        if (TrySignal(processes, signal) is not 0 and int errno)
            throw KernelError.From("signal", "a process of the container", "pidfd_send_signal", errno);
    }

    /// <summary>Sends SIGSTOP to every process that may be signalled, until no new one appears.</summary>
    internal static void TryStop(Func<IEnumerable<int>> processes) => _ = TrySignal(processes, Libc.SIGSTOP);

    // Returns 0 or the last errno.
    private static int TrySignal(Func<IEnumerable<int>> processes, int signal)
    {
        const int MostRounds = 100;
        var done = new HashSet<int>();
        int failed = 0;
        bool more = true;
        for (int round = 0; more && round < MostRounds; round++)
        {
            more = false;
            foreach (int pid in processes())
            {
                if (!done.Add(pid))
                    continue;
                more = true;
                if (TrySignal(pid, signal) is > 0 and int errno)
                    failed = errno;
            }
        }

        return failed;
    }

    // Returns 0, also if the process has ended, or the errno.
    private static int TrySignal(int pid, int signal)
    {
        using var process = new SafeFd(Libc.pidfd_open(pid));
        int errno = process.IsInvalid || Libc.pidfd_send_signal(process.Number, signal) != 0 ? Errno.Last : 0;
        return errno == Errno.ESRCH || (process.IsInvalid && errno is Errno.EINVAL or Errno.ENOENT) ? 0 : errno; // a thread has the number by now
    }

    /// <summary>Waits until a process has ended, or for this long.</summary>
    internal static void WaitForEnd(int pid, int milliseconds)
    {
        int fd = Libc.pidfd_open(pid);
        if (fd < 0)
            return;
        var poll = new Libc.pollfd { fd = fd, events = Libc.POLLIN };
        _ = Libc.poll(&poll, 1, milliseconds);
        _ = Libc.close(fd);
    }

    private static int Add(int cgroup, SortedSet<int> pids)
    {
        int errno = Read(cgroup, "cgroup.procs", pid => pids.Add(pid));
        // A threaded cgroup lists only its threads (cgroup-v2, Threads).
        if (errno == Errno.EOPNOTSUPP)
            errno = Read(cgroup, "cgroup.threads", thread => pids.Add(ProcessOf(thread)));
        pids.Remove(0);
        return errno is Errno.ENOENT or Errno.ENODEV ? 0 : errno; // gone meanwhile
    }

    private static int Read(int cgroup, string name, Action<int> add)
    {
        using var file = new SafeFd(Libc.openat(cgroup, name, Libc.O_RDONLY | Libc.O_CLOEXEC, 0));
        if (file.IsInvalid || SmallFile.ReadAll(file.Number, MostBytes, regular: false) is not { } text)
            return Errno.Last;
        foreach (Range line in text.AsSpan().Split((byte)'\n'))
        {
            if (System.Buffers.Text.Utf8Parser.TryParse(text.AsSpan(line), out int pid, out _))
                add(pid);
        }

        return 0;
    }

    // See proc_pid_status(5); 0 when the thread has ended.
    private static int ProcessOf(int thread)
    {
        string status = TextFile.TryReadOnce(string.Create(CultureInfo.InvariantCulture, $"/proc/{thread}/status")) ?? string.Empty;
        return int.TryParse(ProcessFields.Find(status, "Tgid"), NumberStyles.None, CultureInfo.InvariantCulture, out int pid) ? pid : 0;
    }
}
