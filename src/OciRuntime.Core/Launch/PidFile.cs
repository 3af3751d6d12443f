using System.Globalization;
using System.Text;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Launch;

/// <summary>The pid file: digits without a newline. It appears complete, so that a watcher never reads a part.</summary>
internal static class PidFile
{
    private const string Writing = "write the pid file";

    public static void Write(string path, int pid)
    {
        string full = Path.GetFullPath(path);
        if (!IsReplaceable(full))
        {
            WriteInto(full, path, Digits(pid));
            return;
        }
        string temporary = Path.Join(Path.GetDirectoryName(full), "." + Path.GetFileName(full));
        if (SmallFile.TryReplace(Libc.AT_FDCWD, full, temporary, Libc.O_EXCL | Libc.O_SYNC, Digits(pid), 0x1B6 /* 0666 */) is { } failed)
            throw KernelError.From(Writing, path, failed.Call, failed.Errno);
    }

    private static byte[] Digits(int pid) => Encoding.ASCII.GetBytes(pid.ToString(CultureInfo.InvariantCulture));

    // A rename would replace anything, even /dev/null or the link /dev/stdout. A link that another user has put there is replaced, not followed.
    private static unsafe bool IsReplaceable(string full)
    {
        Libc.statx_t stat;
        if (Libc.statx(Libc.AT_FDCWD, full, Libc.AT_SYMLINK_NOFOLLOW, Libc.STATX_TYPE | Libc.STATX_UID, &stat) != 0)
            return true;
        uint type = stat.stx_mode & Libc.S_IFMT;
        return type == Libc.S_IFREG || (type == Libc.S_IFLNK && stat.stx_uid != 0 && stat.stx_uid != Libc.geteuid());
    }

    // A device, a pipe or a link gets the digits, and stays what it is. A FIFO without a reader is an error, not an endless wait.
    private static void WriteInto(string full, string path, byte[] digits)
    {
        int fd = Libc.open(full, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_TRUNC | Libc.O_NONBLOCK | Libc.O_NOCTTY | Libc.O_CLOEXEC, 0x1B6 /* 0666 */);
        if (fd < 0)
            throw KernelError.Last(Writing, path, "open");
        using var file = new SafeFd(fd);
        if (!SmallFile.TryWrite(fd, digits))
            throw KernelError.Last(Writing, path, "write");
    }
}
