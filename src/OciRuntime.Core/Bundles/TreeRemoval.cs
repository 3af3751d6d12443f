using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Bundles;

/// <summary>
/// Removes trees made from an image, of any depth: deeper than a path, the open descriptors or a stack could reach. What lies
/// too deep is moved up and removed from there.
/// </summary>
internal static unsafe class TreeRemoval
{
    private const int MaxDepth = 64;

    /// <summary>Removes an entry, with everything below it; false with errno set on failure. No link is followed.</summary>
    public static bool TryRemove(int parent, string name)
    {
        if (!IsDirectory(parent, name))
            return Libc.unlinkat(parent, name, 0) == 0;
        using SafeFd? top = Open(parent, name);
        if (top is null)
            return false;
        int moved = 0;
        do
        {
            foreach (string child in NamesIn(top.Number))
            {
                if (!TryRemove(top.Number, top.Number, child, depth: 1, ref moved))
                    return false;
            }
        }
        while (moved > 0 && NamesIn(top.Number).Count > 0);
        return Libc.unlinkat(parent, name, Libc.AT_REMOVEDIR) == 0;
    }

    /// <summary>The names in an open directory.</summary>
    public static List<string> NamesIn(int directory)
    {
        const string Shown = "a directory of the bundle";
        int fd = Libc.openat(directory, ".", Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0); // the caller's may be O_PATH
        if (fd < 0)
            throw KernelError.Last("list", Shown, "openat");
        using var open = new SafeFd(fd);
        return DirectoryEntry.ReadAll(fd, Shown).ConvertAll(static entry => entry.Name);
    }

    private static bool TryRemove(int top, int parent, string name, int depth, ref int moved)
    {
        if (!IsDirectory(parent, name))
            return Libc.unlinkat(parent, name, 0) == 0;
        if (depth > MaxDepth)
            return TryMove(parent, name, top, ref moved);
        using (SafeFd? directory = Open(parent, name))
        {
            if (directory is null)
                return false;
            foreach (string child in NamesIn(directory.Number))
            {
                if (!TryRemove(top, directory.Number, child, depth + 1, ref moved))
                    return false;
            }
        }
        return Libc.unlinkat(parent, name, Libc.AT_REMOVEDIR) == 0;
    }

    private static bool TryMove(int parent, string name, int top, ref int moved)
    {
        // A rename fails if the name is taken by a directory that is not empty; an empty one is replaced.
        for (int i = 0; i < 1000; i++)
        {
            if (Libc.renameat(parent, name, top, $".removed-{moved++}") == 0)
                return true;
            if (Errno.Last is not (Errno.ENOTEMPTY or Errno.EEXIST or Errno.ENOTDIR))
                return false;
        }
        return false;
    }

    // An image may forbid its owner to list its own directory, or to remove anything from it.
    private static SafeFd? Open(int parent, string name)
    {
        int fd = Libc.openat(parent, name, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, 0);
        if (fd < 0 && Errno.Last == Errno.EACCES && Libc.fchmodat(parent, name, 0x1C0, 0) == 0)
            fd = Libc.openat(parent, name, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, 0);
        if (fd < 0)
            return null;
        if (Libc.geteuid() != 0)
            _ = Libc.fchmod(fd, 0x1C0);
        return new SafeFd(fd);
    }

    private static bool IsDirectory(int parent, string name)
    {
        Libc.statx_t stat;
        return Libc.statx(parent, name, Libc.AT_SYMLINK_NOFOLLOW, Libc.STATX_TYPE, &stat) == 0 && (stat.stx_mode & Libc.S_IFMT) == Libc.S_IFDIR;
    }
}
