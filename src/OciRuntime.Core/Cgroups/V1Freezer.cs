using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Cgroups;

/// <summary>
/// The v1 freezer (cgroup-v1/freezer-subsystem). It gives no event when it is done, and while new processes keep appearing it can stay in
/// FREEZING for ever: writing FROZEN again makes the kernel look again, a short thaw lets forks end.
/// </summary>
internal static class V1Freezer
{
    /// <summary>Freezes and waits until that is done; undone on failure and when cancelled.</summary>
    /// <param name="directory">The container's directory in the freezer hierarchy.</param>
    /// <param name="deadline">Milliseconds it may take.</param>
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

    /// <summary>Freezes; not undone by an error either. What is FREEZING when the time is over stays so: new processes stop at their birth.</summary>
    /// <returns>True when all are frozen.</returns>
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

    /// <summary>Thaws a cgroup and all below it, those below first: while the outermost is still frozen nothing there can freeze one again.</summary>
    /// <returns>True when one was frozen.</returns>
    internal static bool ThawAll(string directory)
    {
        bool frozen = false;
        int failed = 0;
        int errno = CgroupTree.Visit(directory, cgroup => failed = TryThaw(cgroup, ref frozen) is > 0 and int one ? one : failed);
        errno = errno == 0 ? failed : errno;
        return errno == 0 ? frozen : throw CgroupFiles.Failed("thaw", directory, "write", errno, null);
    }

    /// <summary>
    /// Takes a process that has SIGKILL out of a frozen cgroup that is not its container's, where it could not end; nothing else there runs by that.
    /// The root of the hierarchy can't be frozen.
    /// </summary>
    internal static void Release(CgroupLayout layout, int pid)
    {
        if (layout.Hierarchies.FirstOrDefault(static one => one.Controllers.Contains("freezer")) is { } hierarchy)
            _ = TextFile.TryWrite(hierarchy.MountPoint + "/cgroup.procs", WriteList.Number(pid)); // ESRCH: it has ended
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
