namespace OciRuntime.Core.Interop;

/// <summary>A file that the user named, to which programs add what they print; it is made (0600) where there is none.</summary>
internal static class AppendedFile
{
    private const uint Mode = 0x180; // 0600

    /// <exception cref="Errors.OciException">It can't be opened; ENXIO: a FIFO that nobody reads.</exception>
    public static SafeFd Open(string path)
    {
        // To open a FIFO that nobody reads would be a wait without an end.
        int fd = Libc.open(path, Libc.O_WRONLY | Libc.O_APPEND | Libc.O_CREAT | Libc.O_CLOEXEC | Libc.O_NONBLOCK | Libc.O_NOCTTY, Mode);
        if (fd < 0)
            throw KernelError.Last("open", path, "open");
        var file = new SafeFd(fd);
        // The flags of the open file are those of all who have it: a program does not count on a write that does not wait.
        if (Libc.fcntl(fd, Libc.F_SETFL, Libc.O_APPEND) == 0)
            return file;
        file.Dispose();
        throw KernelError.Last("open", path, "fcntl");
    }
}
