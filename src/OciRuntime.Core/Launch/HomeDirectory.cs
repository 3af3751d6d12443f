using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Launch;

/// <summary>
/// HOME of a uid, from the container's own etc/passwd. Read here, with the path confined to the container's root, so that nothing
/// that enters the container parses its files.
/// </summary>
internal static class HomeDirectory
{
    /// <summary>The home directory, "/" when the file has none, null when the environment has HOME already.</summary>
    /// <param name="root">The container's root: the rootfs, or /proc/PID/root.</param>
    /// <param name="process">The process to start.</param>
    public static string? For(string root, OciProcess process)
    {
        // The last one counts, and an empty one counts as none, as in runc.
        if (process.Env?.FindLast(static entry => entry.StartsWith("HOME=", StringComparison.Ordinal)) is { Length: > 5 })
            return null;
        return Find(root, process.User?.Uid ?? 0) ?? "/";
    }

    internal static string? Parse(string passwd, uint uid)
    {
        foreach (string[] fields in AccountFile.Lines(passwd, 6))
        {
            // A home that can't be a value of the environment is ignored.
            if (AccountFile.IdOf(fields[2]) == uid)
                return fields[5].Length > 0 && !fields[5].Contains('\0') ? fields[5] : null;
        }
        return null;
    }

    private static string? Find(string root, uint uid)
    {
        int rootFd = Libc.open(root, Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
        if (rootFd < 0)
            return Errno.TellsNothing(Errno.Last) ? throw KernelError.Last("open", root, "open") : null;
        using var rootHandle = new SafeFd(rootFd);
        if (AccountFile.TryRead(rootFd, "etc/passwd") is { } passwd)
            return Parse(passwd, uid);
        return Errno.TellsNothing(Errno.Last) ? throw KernelError.Last("read the image's", "etc/passwd", "openat2") : null;
    }
}
