using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Cgroups;

/// <summary>Waits until a cgroup is empty and removes its directories; no sleeps: the kernel says when.</summary>
internal static unsafe class CgroupRemoval
{
    private const int Deadline = 10_000;
    private const short POLLPRI = 2;

    /// <summary>Removes directories of one container.</summary>
    /// <param name="directories">What to remove.</param>
    /// <param name="unified">The unified directory among them, whose cgroup.events tells when it is empty, or null.</param>
    /// <param name="cgroup">For the processes that are left.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal static void Remove(IEnumerable<string> directories, string? unified, IContainerCgroup cgroup, CancellationToken cancellationToken)
    {
        long end = Environment.TickCount64 + Deadline;
        foreach (string directory in directories)
        {
            while (true)
            {
                int errno = CgroupDirectory.TryRemove(directory);
                if (errno == 0)
                    break;
                if (errno != Errno.EBUSY && errno != Errno.ENOTEMPTY)
                    throw CgroupDirectory.Failed("remove the cgroup", directory, "rmdir", errno, null);
                cancellationToken.ThrowIfCancellationRequested();
                int left = (int)(end - Environment.TickCount64);
                if (left <= 0)
                    throw Busy(directory, cgroup);
                Wait(directory, unified, Math.Min(left, 1000));
            }
        }
    }

    private static void Wait(string directory, string? unified, int milliseconds)
    {
        var pids = new HashSet<int>();
        CgroupDirectory.AddProcesses(directory, pids);
        foreach (int pid in pids)
        {
            CgroupDirectory.WaitForEnd(pid, milliseconds);
            return;
        }

        // No process is listed: one is between exit and release. The event comes with the release.
        if (unified is null)
            Thread.Yield();
        else
            WaitUnpopulated(unified, milliseconds);
    }

    private static void WaitUnpopulated(string unified, int milliseconds)
    {
        string path = unified + "/cgroup.events";
        int fd = Libc.open(path, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        if (fd < 0)
        {
            Thread.Yield();
            return;
        }

        using var file = new SafeFd(fd);
        byte* buffer = stackalloc byte[256];
        nint got = Libc.read(fd, buffer, 256);
        if (got <= 0 || !new ReadOnlySpan<byte>(buffer, (int)got).StartsWith("populated 1"u8))
        {
            Thread.Yield();
            return;
        }

        var poll = new Libc.pollfd { fd = fd, events = POLLPRI };
        _ = Libc.poll(&poll, 1, milliseconds);
    }

    private static OciException Busy(string directory, IContainerCgroup cgroup) =>
        new(OciErrorCode.ResourceBusy, $"remove the cgroup {directory}: after {Deadline / 1000} s it still has the processes {string.Join(", ", cgroup.Processes())}")
        {
            Step = "cgroup",
            Syscall = "rmdir",
            Object = directory,
            Errno = Errno.EBUSY,
            Hint = "a process that can't be killed is usually waiting for a device or a network filesystem (state D)",
        };
}
