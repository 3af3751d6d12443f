using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Cgroups;

/// <summary>The freezer of the unified hierarchy (cgroup-v2, cgroup.freeze): it has an event for the end of a freeze, and killed processes end while frozen.</summary>
internal static class V2Freezer
{
    /// <summary>Freezes and waits for the end of it; undone on failure and when cancelled.</summary>
    /// <param name="directory">The container's directory.</param>
    /// <param name="deadline">Milliseconds that it may take.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal static void Freeze(string directory, int deadline, CancellationToken cancellationToken)
    {
        try
        {
            if (!TryFreeze(directory, deadline, cancellationToken))
                throw new OciException(OciErrorCode.Timeout, $"freeze {directory}: it is not frozen after {deadline} ms") { Step = "cgroup", Object = directory };
        }
        catch
        {
            _ = TextFile.TryWrite(directory + "/cgroup.freeze", "0");
            throw;
        }
    }

    /// <summary>Freezes, and does not undo that even on an error. After the deadline the kernel goes on freezing.</summary>
    /// <returns>True when all processes are frozen.</returns>
    internal static bool TryFreeze(string directory, int deadline, CancellationToken cancellationToken)
    {
        Write(directory, "1", "freeze");
        using CgroupEvents events = CgroupEvents.TryOpen(directory) ?? throw KernelError.From("open", directory + "/cgroup.events", "open", Errno.ENOENT);
        long end = Environment.TickCount64 + deadline;
        while (true)
        {
            cancellationToken.ThrowIfCancelled();
            if (events.Has("frozen 1"u8))
                return true;
            long left = end - Environment.TickCount64;
            if (left <= 0)
                return false;
            events.Wait((int)Math.Min(left, 100)); // not longer: cancellation is checked between two waits
        }
    }

    internal static void Thaw(string directory) => Write(directory, "0", "thaw");

    /// <summary>Frozen, or about to be. A frozen ancestor counts only once it has frozen all processes.</summary>
    internal static bool IsFrozen(string directory)
    {
        if (TextFile.ReadOnceIfThere(directory + "/cgroup.freeze") is not { } own)
            return false; // gone, or the root
        return own is ['1', ..] || AllAreFrozen(directory);
    }

    /// <summary>Whether all processes in it and below are frozen; false for the root.</summary>
    internal static bool AllAreFrozen(string directory)
    {
        using CgroupEvents? events = CgroupEvents.TryOpen(directory);
        return events is not null && events.Has("frozen 1"u8);
    }

    private static void Write(string directory, string state, string doing)
    {
        int errno = TextFile.TryWrite(directory + "/cgroup.freeze", state);
        if (errno != 0)
            throw CgroupFiles.Failed(doing, directory + "/cgroup.freeze", "write", errno, null);
    }
}
