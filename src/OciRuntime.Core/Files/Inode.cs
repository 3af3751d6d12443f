using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Files;

/// <summary>What stands at a path, asked in a way that no trouble of the moment can answer, as it can for File.Exists and Directory.Exists.</summary>
internal static unsafe class Inode
{
    /// <summary>There is something at this path, behind links; false too where one may not look. An error when the kernel can't tell.</summary>
    public static bool Exists(string path) => TypeOf(path) is not null;

    /// <summary>There is a directory at this path; the same otherwise.</summary>
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
