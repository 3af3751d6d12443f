using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Cgroups;

/// <summary>
/// The v1 freezer (cgroup-v1/freezer-subsystem). It has no event for the end of a freeze, and while new processes keep appearing it can stay in
/// FREEZING forever: writing FROZEN again makes the kernel retry, and a short thaw lets forks finish.
/// </summary>
internal static class V1Freezer
{
    /// <summary>Freezes and waits for the end of it; undone on failure and when cancelled.</summary>
    /// <param name="directory">The container's directory in the freezer hierarchy.</param>
    /// <param name="deadline">Milliseconds that it may take.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal static void Freeze(string directory, int deadline, CancellationToken cancellationToken)
    {
        try
        {
            if (!TryFreeze(directory, deadline, cancellationToken))
                throw new OciException(OciErrorCode.Timeout, $"freeze {directory}: after {deadline} ms it is still FREEZING") { Step = "cgroup", Object = directory };
        }
        catch
        {
            _ = TextFile.TryWrite(directory + "/freezer.state", "THAWED");
            throw;
        }
    }

    /// <summary>Freezes, and does not undo that even on an error. A cgroup that is still FREEZING after the deadline stays so: new processes stop at birth.</summary>
    /// <returns>True when all processes are frozen.</returns>
    internal static bool TryFreeze(string directory, int deadline, CancellationToken cancellationToken)
    {
        string file = directory + "/freezer.state";
        long end = Environment.TickCount64 + deadline;
        for (int attempt = 1; ; attempt++)
        {
            cancellationToken.ThrowIfCancelled();
            Write(file, "FROZEN", "freeze");
            if (State(file) is "FROZEN")
                return true;
            if (Environment.TickCount64 > end)
                return false;
            if (attempt % 50 == 0)
                Write(file, "THAWED", "freeze");
            if (attempt < 20)
                Thread.Yield();
            else
                Thread.Sleep(1);
        }
    }

    internal static void Thaw(string directory) => Write(directory + "/freezer.state", "THAWED", "thaw");

    /// <summary>Thaws a cgroup and all below it, children first: while the outermost is frozen, no process there can freeze a child again.</summary>
    /// <returns>True when any of them was frozen.</returns>
    internal static bool ThawAll(string directory)
    {
        bool frozen = false;
        int failed = 0;
        int errno = CgroupTree.Visit(directory, cgroup => failed = TryThaw(cgroup, ref frozen) is > 0 and int one ? one : failed);
        errno = errno == 0 ? failed : errno;
        return errno == 0 ? frozen : throw CgroupFiles.Failed("thaw", directory, "write", errno, null);
    }

    /// <summary>
    /// Moves a process with a pending SIGKILL out of a frozen cgroup of others, where it could not end, without thawing the other processes there.
    /// The root of the hierarchy can't be frozen.
    /// </summary>
    internal static void Release(CgroupLayout layout, int pid)
    {
        if (layout.Hierarchies.FirstOrDefault(static one => one.Controllers.Contains("freezer")) is { } hierarchy)
            _ = TextFile.TryWrite(hierarchy.MountPoint + "/cgroup.procs", WriteList.Number(pid)); // ESRCH: the process has ended
    }

    /// <summary>Frozen, or about to be.</summary>
    internal static bool IsFrozen(string directory) => State(directory + "/freezer.state") is "FROZEN" or "FREEZING";

    private static string? State(string file) => TextFile.ReadOnceIfThere(file)?.TrimEnd();

    private static int TryThaw(int cgroup, ref bool frozen)
    {
        using var file = new SafeFd(Libc.openat(cgroup, "freezer.state", Libc.O_RDWR | Libc.O_CLOEXEC, 0));
        if (file.IsInvalid)
            return Gone(Errno.Last);
        if (SmallFile.ReadAll(file.Number, 4096, regular: true) is not { } state)
            return Gone(Errno.Last);
        if (state.AsSpan().StartsWith("THAWED"u8))
            return 0;
        frozen = true;
        return SmallFile.TryWrite(file.Number, "THAWED"u8) ? 0 : Gone(Errno.Last);
    }

    private static int Gone(int errno) => errno is Errno.ENOENT or Errno.ENODEV ? 0 : errno;

    private static void Write(string file, string state, string doing)
    {
        int errno = TextFile.TryWrite(file, state);
        if (errno != 0)
            throw CgroupFiles.Failed(doing, file, "write", errno, null);
    }
}
