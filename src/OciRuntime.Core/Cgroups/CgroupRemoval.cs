using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Cgroups;

/// <summary>
/// Waits until a cgroup is empty and removes its directories and all below them. Parents stay, even those that the runtime made, as in runc. The wait
/// ends with an event of the kernel where it has one, else it polls. Zombies don't count: they don't keep a cgroup from being removed.
/// </summary>
internal static class CgroupRemoval
{
    private const int Deadline = 10_000;
    private const string Unkillable = "a process that can't be killed is usually waiting for a device or a network filesystem (state D)";
    private const int Slice = 100; // cancellation is checked between two waits

    /// <summary>Removes directories of one container, if they have no processes.</summary>
    internal static bool TryRemove(IReadOnlyList<string> directories) => directories.All(TryRemove);

    /// <summary>Removes directories of one container.</summary>
    /// <param name="directories">What to remove.</param>
    /// <param name="unified">The unified directory among them, whose cgroup.events shows when it is empty, or null.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal static void Remove(IReadOnlyList<string> directories, string? unified, CancellationToken cancellationToken)
    {
        long end = Environment.TickCount64 + Deadline;
        // The unified directory comes last: its events report the processes that the others wait for.
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

    /// <summary>Kills until directories have no processes, including those that appear meanwhile.</summary>
    /// <param name="directories">Directories of one container.</param>
    /// <param name="unified">The unified directory among them, or null.</param>
    /// <param name="kill">One round: sends SIGKILL to all present processes, and leaves none of them frozen.</param>
    /// <param name="release">Releases a process that has the signal but may be held by a frozen cgroup above.</param>
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

    /// <summary>Kills until none of a container's processes is left, for containers without a cgroup.</summary>
    internal static void Kill(Func<IReadOnlyList<int>> processes, CancellationToken cancellationToken)
    {
        long end = Environment.TickCount64 + Deadline;
        while (processes() is { Count: > 0 } pids)
        {
            cancellationToken.ThrowIfCancelled();
            if (Environment.TickCount64 >= end)
                throw new OciException(OciErrorCode.Timeout, $"kill the processes {string.Join(", ", pids)}: they still exist after {Deadline / 1000} s") { Step = "cgroup", Hint = Unkillable };
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

    // The unified cgroup also counts processes that a listing lacks: those that are exiting but still use the cgroup, and those of other pid namespaces.
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

        // No process is listed, so one that is exiting still uses the cgroup. v2 has an event for the end of that.
        using CgroupEvents? events = unified is null ? null : CgroupEvents.TryOpen(unified);
        if (events is not null && events.Has("populated 1"u8))
            events.Wait(left);
        else if (round < 1000)
            Thread.Yield();
        else
            Thread.Sleep(1); // a process of another pid namespace, or a slow exit: leave the CPU to it
    }

    private static OciException Busy(string directory, SortedSet<int> pids)
    {
        string who = pids.Count == 0 ? "is in use by processes that this pid namespace does not show" : "has the processes " + string.Join(", ", pids);
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
