using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Cgroups;

/// <summary>The freezer of the unified hierarchy (cgroup-v2, cgroup.freeze): it says when it is done, and the killed end in it.</summary>
internal static class V2Freezer
{
    /// <summary>Freezes and waits until that is done; undone on failure and when cancelled.</summary>
    /// <param name="directory">The container's directory.</param>
    /// <param name="deadline">Milliseconds it may take.</param>
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

    /// <summary>Freezes; not undone by an error either. What is not frozen when the time is over goes on freezing.</summary>
    /// <returns>True when all are frozen.</returns>
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
            events.Wait((int)Math.Min(left, 100)); // not longer: a cancellation is noticed between two waits
        }
    }

    internal static void Thaw(string directory) => Write(directory, "0", "thaw");

    /// <summary>Frozen, or about to be; by one above it only when that is done.</summary>
    internal static bool IsFrozen(string directory)
    {
        if (TextFile.ReadOnceIfThere(directory + "/cgroup.freeze") is not { } own)
            return false; // gone, or the root
        return own is ['1', ..] || AllAreFrozen(directory);
    }

    /// <summary>All processes in it and below are frozen; false of the root.</summary>
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
