using System.Globalization;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Files;

/// <summary>
/// Files of a root filesystem that the runtime reads. The image or the container decides what is there: the path is resolved inside the
/// root, and the type is checked before the open, because opening a device node can have side effects on a device, outside of any device rules.
/// </summary>
internal static unsafe class ImageFile
{
    /// <summary>Opens a regular file for reading; null with errno set: ENXIO when it is something else.</summary>
    public static SafeFd? TryOpen(int root, string path)
    {
        var how = new Libc.open_how
        {
            flags = Libc.O_PATH | Libc.O_CLOEXEC,
            resolve = Libc.RESOLVE_IN_ROOT | Libc.RESOLVE_NO_MAGICLINKS,
        };
        int found = Libc.openat2(root, path, how);
        if (found < 0)
            return null;
        using var held = new SafeFd(found);
        Libc.statx_t stat;
        if (Libc.statx(found, string.Empty, Libc.AT_EMPTY_PATH, Libc.STATX_TYPE, &stat) != 0)
            return null;
        if ((stat.stx_mode & Libc.S_IFMT) != Libc.S_IFREG)
        {
            Errno.Last = Errno.ENXIO;
            return null;
        }
        // Opens the held file itself, whatever its name leads to by now.
        int fd = Libc.open("/proc/self/fd/" + found.ToString(CultureInfo.InvariantCulture), Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        return fd < 0 ? null : new SafeFd(fd);
    }
}
