using System.Globalization;
using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Launch;

/// <summary>The pid file: digits without a newline, complete or not there, so that a watcher never reads a part.</summary>
internal static class PidFile
{
    private const string Writing = "write the pid file";

    public static void Write(string path, int pid)
    {
        string full = Path.GetFullPath(path);
        CheckReplaceable(full, path);
        string temporary = Path.Join(Path.GetDirectoryName(full), "." + Path.GetFileName(full));
        int fd = Libc.open(temporary, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL | Libc.O_SYNC | Libc.O_CLOEXEC, 0x1B6 /* 0666 */);
        if (fd < 0)
            throw KernelError.Last(Writing, path, "open");
        bool written;
        string call = "write";
        int errno = 0;
        using (new SafeFd(fd))
        {
            written = SmallFile.TryWrite(fd, Encoding.ASCII.GetBytes(pid.ToString(CultureInfo.InvariantCulture)));
            if (!written)
                errno = Errno.Last;
        }
        if (written && Libc.renameat(Libc.AT_FDCWD, temporary, Libc.AT_FDCWD, full) != 0)
        {
            written = false;
            call = "renameat";
            errno = Errno.Last;
        }
        if (!written)
        {
            _ = Libc.unlinkat(Libc.AT_FDCWD, temporary, 0);
            throw KernelError.From(Writing, path, call, errno);
        }
    }

    // A rename takes the place of anything: of /dev/null, too, and of /dev/stdout.
    private static unsafe void CheckReplaceable(string full, string path)
    {
        Libc.statx_t stat;
        if (Libc.statx(Libc.AT_FDCWD, full, 0, Libc.STATX_TYPE, &stat) == 0 && (stat.stx_mode & Libc.S_IFMT) != Libc.S_IFREG)
            throw new OciException(OciErrorCode.InvalidArgument, $"{Writing} {path}: something is there that is not a regular file") { Object = path };
    }
}
