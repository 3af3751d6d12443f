using System.Globalization;
using System.Text;
using OciRuntime.Core.Interop;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Launch;

/// <summary>The pid file: digits without a newline, complete or not there, so that a watcher never reads a part.</summary>
internal static class PidFile
{
    public static void Write(string path, int pid)
    {
        string full = Path.GetFullPath(path);
        string temporary = Path.Join(Path.GetDirectoryName(full), "." + Path.GetFileName(full));
        int fd = Libc.open(temporary, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL | Libc.O_SYNC | Libc.O_CLOEXEC, 0x1B6 /* 0666 */);
        if (fd < 0)
            throw KernelError.Last("write the pid file", path, "open");
        bool written;
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
            errno = Errno.Last;
        }
        if (!written)
        {
            _ = Libc.unlinkat(Libc.AT_FDCWD, temporary, 0);
            throw KernelError.From("write the pid file", path, "write", errno);
        }
    }
}
