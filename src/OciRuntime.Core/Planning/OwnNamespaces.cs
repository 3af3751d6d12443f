using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Planning;

/// <summary>
/// Namespaces that a configuration joins by a path and that are the runtime's own, so that settings in them would be the host's. The code that makes
/// the input of a plan reads them: a planner does not look at the machine.
/// </summary>
internal static class OwnNamespaces
{
    /// <returns>Types of linux.namespaces; a path that can't be looked up is not one of ours.</returns>
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

    /// <summary>Whether two files of nsfs are the same namespace, which has one inode there (namespaces(7)). False when one can't be looked up.</summary>
    public static bool IsSame(string path, string other)
    {
        return TryLook(path, out Libc.statx_t first) && TryLook(other, out Libc.statx_t second)
            && (first.stx_ino, first.stx_dev_major, first.stx_dev_minor) == (second.stx_ino, second.stx_dev_major, second.stx_dev_minor);
    }

    /// <summary>The inode of a file of nsfs, which links in /proc/PID/ns show in brackets; null when it can't be looked up.</summary>
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
