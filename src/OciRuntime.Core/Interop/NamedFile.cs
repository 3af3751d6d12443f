namespace OciRuntime.Core.Interop;

/// <summary>A whole small file that the user named: a regular one, or a pipe, a socket of a shell or a device that ends.</summary>
internal static unsafe class NamedFile
{
    /// <summary>Its bytes, or null when there is none (ENOENT, ENOTDIR).</summary>
    /// <param name="path">As written.</param>
    /// <param name="doing">What for, for the error.</param>
    /// <param name="limit">Most bytes.</param>
    /// <exception cref="Errors.OciException">It can't be read, or is larger.</exception>
    public static byte[]? TryRead(string path, string doing, int limit = 16 << 20)
    {
        // A FIFO that nobody writes to is empty rather than a wait without an end.
        int fd = Libc.open(path, Libc.O_RDONLY | Libc.O_CLOEXEC | Libc.O_NONBLOCK | Libc.O_NOCTTY, 0);
        if (fd < 0 && Errno.Last is Errno.ENOENT or Errno.ENOTDIR)
            return null;
        if (fd < 0)
            throw KernelError.Last(doing, path, "open");
        using var file = new SafeFd(fd);
        Libc.statx_t stat;
        if (Libc.statx(fd, string.Empty, Libc.AT_EMPTY_PATH, Libc.STATX_TYPE, &stat) != 0)
            throw KernelError.Last(doing, path, "statx");
        uint type = stat.stx_mode & Libc.S_IFMT;
        if (type == Libc.S_IFDIR)
            throw KernelError.From(doing, path, "read", Errno.EISDIR);
        // A pipe gives what is there, and more later.
        if (type != Libc.S_IFREG && Libc.fcntl(fd, Libc.F_SETFL, 0) != 0)
            throw KernelError.Last(doing, path, "fcntl");
        return SmallFile.ReadAll(fd, limit, regular: type == Libc.S_IFREG) ?? throw KernelError.Last(doing, path, "read");
    }
}
