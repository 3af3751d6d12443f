namespace OciRuntime.Core.Interop;

/// <summary>A file that the user named, to which the output of programs is appended; created with mode 0600 if missing.</summary>
internal static class AppendedFile
{
    private const uint Mode = 0x180; // 0600

    /// <exception cref="Errors.OciException">It can't be opened; ENXIO: a FIFO without a reader.</exception>
    public static SafeFd Open(string path)
    {
        // Opening a FIFO without a reader would wait forever.
        int fd = Libc.open(path, Libc.O_WRONLY | Libc.O_APPEND | Libc.O_CREAT | Libc.O_CLOEXEC | Libc.O_NONBLOCK | Libc.O_NOCTTY, Mode);
        if (fd < 0)
            throw KernelError.Last("open", path, "open");
        var file = new SafeFd(fd);
        // Status flags are shared by every user of the open file: programs do not expect a non-blocking write.
        if (Libc.fcntl(fd, Libc.F_SETFL, Libc.O_APPEND) == 0)
            return file;
        file.Dispose();
        throw KernelError.Last("open", path, "fcntl");
    }
}
