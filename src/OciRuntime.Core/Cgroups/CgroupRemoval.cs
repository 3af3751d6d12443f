using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Cgroups;

/// <summary>
/// Waits until a cgroup is empty and removes its directories with those below; the parents stay, whoever made them, as in runc. No sleeps:
/// the kernel says when.
/// </summary>
internal static class CgroupRemoval
{
    private const int Deadline = 10_000;

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
            for (int round = 0; ; round++)
            {
                int errno = CgroupDirectory.TryRemove(directory);
                if (errno == 0)
                    break;
                if (errno != Errno.EBUSY && errno != Errno.ENOTEMPTY)
                    throw CgroupFiles.Failed("remove the cgroup", directory, "rmdir", errno, null);
                cancellationToken.ThrowIfCancellationRequested();
                int left = (int)(end - Environment.TickCount64);
                if (left <= 0)
                    throw Busy(directory);
                Wait(directory, unified, Math.Min(left, 100), round); // not longer: a cancellation is noticed between two waits
            }
        }
    }

    /// <summary>Waits until directories have no processes.</summary>
    internal static void AwaitEmpty(IReadOnlyList<string> directories, string? unified, CancellationToken cancellationToken)
    {
        long end = Environment.TickCount64 + Deadline;
        foreach (string directory in directories)
        {
            for (int round = 0; CgroupProcesses.Of(directory).Count > 0; round++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int left = (int)(end - Environment.TickCount64);
                if (left <= 0)
                    throw Busy(directory);
                Wait(directory, unified, Math.Min(left, 100), round);
            }
        }
    }

    private static void Wait(string directory, string? unified, int milliseconds, int round)
    {
        SortedSet<int> pids = CgroupProcesses.Of(directory);
        if (pids.Count > 0)
        {
            CgroupProcesses.WaitForEnd(pids.Min, milliseconds);
            return;
        }

        // No process is listed: one is between its end and the kernel's last use of the cgroup. v2 tells when that is over.
        using CgroupEvents? events = unified is null ? null : CgroupEvents.TryOpen(unified);
        if (events is not null && events.Has("populated 1"u8))
            events.Wait(milliseconds);
        else if (round < 1000)
            Thread.Yield();
        else
            Thread.Sleep(1); // a process of another pid namespace, or one that the kernel keeps for long: leave it the CPU
    }

    private static OciException Busy(string directory)
    {
        SortedSet<int> pids = CgroupProcesses.Of(directory);
        string who = pids.Count == 0 ? "is in use by what this pid namespace does not show" : "has the processes " + string.Join(", ", pids);
        return new(OciErrorCode.ResourceBusy, $"remove the cgroup {directory}: after {Deadline / 1000} s it still {who}")
        {
            Step = "cgroup",
            Syscall = "rmdir",
            Object = directory,
            Errno = Errno.EBUSY,
            Hint = "a process that can't be killed is usually waiting for a device or a network filesystem (state D)",
        };
    }
}
