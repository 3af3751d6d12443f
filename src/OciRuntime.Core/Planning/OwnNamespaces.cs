using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Planning;

/// <summary>
/// Namespaces that a configuration joins by a path and that are the runtime's own: what is set in them, the host has. Read by who makes the
/// input of a plan, since the planner reads no files.
/// </summary>
internal static class OwnNamespaces
{
    /// <returns>Types of linux.namespaces; a path that can't be looked at is no namespace of ours.</returns>
    public static IReadOnlyList<string> Of(OciSpec spec)
    {
        List<string>? own = null;
        foreach (OciNamespace item in spec.Linux?.Namespaces ?? [])
        {
            if (!string.IsNullOrEmpty(item.Path) && IsSame(item.Path, "/proc/self/ns/" + NamespaceKind.FileOf(item.Type)))
                (own ??= []).Add(item.Type);
        }
        return own ?? (IReadOnlyList<string>)[];
    }

    /// <summary>Two files of nsfs stand for one namespace: it is one inode there (namespaces(7)). False when one can't be looked at.</summary>
    public static bool IsSame(string path, string other)
    {
        return TryLook(path, out Libc.statx_t first) && TryLook(other, out Libc.statx_t second)
            && (first.stx_ino, first.stx_dev_major, first.stx_dev_minor) == (second.stx_ino, second.stx_dev_major, second.stx_dev_minor);
    }

    /// <summary>The inode of a file of nsfs, as links in /proc/PID/ns have it in brackets; null when it can't be looked at.</summary>
    public static ulong? InodeOf(string path) => TryLook(path, out Libc.statx_t stat) ? stat.stx_ino : null;

    private static unsafe bool TryLook(string path, out Libc.statx_t stat)
    {
        fixed (Libc.statx_t* result = &stat)
        {
            if (Libc.statx(Libc.AT_FDCWD, path, 0, Libc.STATX_INO, result) == 0)
                return true;
        }
        return Errno.TellsNothing(Errno.Last) ? throw KernelError.Last("look at the namespace", path, "statx") : false;
    }
}
