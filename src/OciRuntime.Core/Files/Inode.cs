using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Files;

/// <summary>What exists at a path. Unlike File.Exists and Directory.Exists, a passing failure is not taken for an answer.</summary>
internal static unsafe class Inode
{
    /// <summary>True when the path exists, following links; false also without permission to look. An error when the kernel can't tell.</summary>
    public static bool Exists(string path) => TypeOf(path) is not null;

    /// <summary>True when the path is a directory; otherwise the same.</summary>
    public static bool IsDirectory(string path) => TypeOf(path) == Libc.S_IFDIR;

    private static uint? TypeOf(string path)
    {
        Libc.statx_t stat;
        if (Libc.statx(Libc.AT_FDCWD, path, 0, Libc.STATX_TYPE, &stat) == 0)
            return stat.stx_mode & Libc.S_IFMT;
        int errno = Errno.Last;
        return Errno.TellsNothing(errno) ? throw KernelError.From("look at", path, "statx", errno) : null;
    }
}
