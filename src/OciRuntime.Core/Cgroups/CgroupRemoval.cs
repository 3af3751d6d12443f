using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Cgroups;

/// <summary>
/// Waits until a cgroup is empty and removes its directories with those below; the parents stay, whoever made them, as in runc. No sleeps:
/// the kernel says when. A zombie is in no cgroup's way: the kernel counts what has not ended.
/// </summary>
internal static class CgroupRemoval
{
    private const int Deadline = 10_000;
    private const string Unkillable = "a process that can't be killed is usually waiting for a device or a network filesystem (state D)";
    private const int Slice = 100; // a cancellation is noticed between two waits

    /// <summary>Removes directories of one container, if they have no processes.</summary>
    internal static bool TryRemove(IReadOnlyList<string> directories) => directories.All(TryRemove);

    /// <summary>Removes directories of one container.</summary>
    /// <param name="directories">What to remove.</param>
    /// <param name="unified">The unified directory among them, whose cgroup.events tells when it is empty, or null.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal static void Remove(IReadOnlyList<string> directories, string? unified, CancellationToken cancellationToken)
    {
        long end = Environment.TickCount64 + Deadline;
        // The unified one last: it tells about the processes that the others wait for.
        foreach (string directory in directories)
        {
            for (int round = 0; !TryRemove(directory); round++)
                Wait(directory, unified, end, round, cancellationToken);
        }
    }

    /// <summary>Waits until directories have no processes.</summary>
    internal static void AwaitEmpty(IReadOnlyList<string> directories, string? unified, CancellationToken cancellationToken)
    {
        long end = Environment.TickCount64 + Deadline;
        foreach (string directory in directories)
        {
            for (int round = 0; HasProcesses(directory, unified); round++)
                Wait(directory, unified, end, round, cancellationToken);
        }
    }

    /// <summary>Kills until directories have no processes, whatever appears in them meanwhile.</summary>
    /// <param name="directories">Of one container.</param>
    /// <param name="unified">The unified directory among them, or null.</param>
    /// <param name="kill">One round: everything that is there gets SIGKILL, and nothing is frozen afterwards.</param>
    /// <param name="release">A process that has the signal and is still held by a freezer elsewhere.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal static void Kill(IReadOnlyList<string> directories, string? unified, Action kill, Action<int> release, CancellationToken cancellationToken)
    {
        long end = Environment.TickCount64 + Deadline;
        while (true)
        {
            kill();
            string? busy;
            int turn = 0;
            long next = Environment.TickCount64 + Slice;
            while ((busy = directories.FirstOrDefault(directory => HasProcesses(directory, unified))) is not null && Environment.TickCount64 < next)
                Wait(busy, unified, end, turn++, cancellationToken);
            if (busy is null)
                return;
            foreach (int pid in CgroupProcesses.Of(busy))
                release(pid);
        }
    }

    /// <summary>Kills until none of a container's processes is left, where no cgroup tells about them.</summary>
    internal static void Kill(Func<IReadOnlyList<int>> processes, CancellationToken cancellationToken)
    {
        long end = Environment.TickCount64 + Deadline;
        while (processes() is { Count: > 0 } pids)
        {
            cancellationToken.ThrowIfCancelled();
            if (Environment.TickCount64 >= end)
                throw new OciException(OciErrorCode.Timeout, $"kill the processes {string.Join(", ", pids)}: they are still there after {Deadline / 1000} s") { Step = "cgroup", Hint = Unkillable };
            CgroupProcesses.Signal(() => pids, Libc.SIGKILL);
            CgroupProcesses.WaitForEnd(pids[0], Slice);
        }
    }

    private static bool TryRemove(string directory)
    {
        int errno = CgroupDirectory.TryRemove(directory);
        if (errno != 0 && errno != Errno.EBUSY)
            throw CgroupFiles.Failed("remove the cgroup", directory, "rmdir", errno, null);
        return errno == 0;
    }

    // The unified one knows also what a listing lacks: processes between their end and the kernel's last use of the cgroup, or of a foreign pid namespace.
    private static bool HasProcesses(string directory, string? unified)
    {
        if (directory != unified)
            return CgroupProcesses.Of(directory).Count > 0;
        using CgroupEvents? events = CgroupEvents.TryOpen(unified);
        return events is not null && events.Has("populated 1"u8);
    }

    private static void Wait(string directory, string? unified, long end, int round, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancelled();
        int left = (int)Math.Min(end - Environment.TickCount64, Slice);
        SortedSet<int> pids = CgroupProcesses.Of(directory);
        if (left <= 0)
            throw Busy(directory, pids);
        if (pids.Count > 0)
        {
            CgroupProcesses.WaitForEnd(pids.Min, left);
            return;
        }

        // No process is listed: one is between its end and the kernel's last use of the cgroup. v2 tells when that is over.
        using CgroupEvents? events = unified is null ? null : CgroupEvents.TryOpen(unified);
        if (events is not null && events.Has("populated 1"u8))
            events.Wait(left);
        else if (round < 1000)
            Thread.Yield();
        else
            Thread.Sleep(1); // a process of another pid namespace, or one that the kernel keeps for long: leave it the CPU
    }

    private static OciException Busy(string directory, SortedSet<int> pids)
    {
        string who = pids.Count == 0 ? "is in use by what this pid namespace does not show" : "has the processes " + string.Join(", ", pids);
        return new(OciErrorCode.ResourceBusy, $"remove the cgroup {directory}: after {Deadline / 1000} s it still {who}")
        {
            Step = "cgroup",
            Syscall = "rmdir",
            Object = directory,
            Errno = Errno.EBUSY,
            Hint = Unkillable,
        };
    }
}
