using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Files;

/// <summary>Reads a small file that the user named: a regular file, or a pipe, a shell's socket or a device, up to its end.</summary>
internal static unsafe class NamedFile
{
    private const int WriterPatience = 5_000; // milliseconds

    /// <summary>Its bytes, or null when there is none (ENOENT, ENOTDIR).</summary>
    /// <param name="path">The path as the user wrote it.</param>
    /// <param name="doing">The operation, for errors.</param>
    /// <param name="end">Finds where the wanted data in a pipe ends.</param>
    /// <param name="limit">The most bytes to read.</param>
    /// <exception cref="OciException">It can't be read, or is larger.</exception>
    public static byte[]? TryRead(string path, string doing, SmallFile.TextEnd end, int limit = 16 << 20)
    {
        // Opening a FIFO without a writer would wait forever.
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
        if (type == Libc.S_IFIFO && !HasWriter(fd))
            throw new OciException(OciErrorCode.Timeout, $"{doing} {path}: nobody writes to the FIFO") { Object = path };
        // From here on a read of a pipe waits for more data.
        if (type != Libc.S_IFREG && Libc.fcntl(fd, Libc.F_SETFL, 0) != 0)
            throw KernelError.Last(doing, path, "fcntl");
        return (type == Libc.S_IFREG ? SmallFile.ReadAll(fd, limit, regular: true) : SmallFile.ReadAll(fd, limit, regular: false, end))
            ?? throw KernelError.Last(doing, path, "read");
    }

    // The writer may open it after us, as with any program that reads a FIFO. poll(2) reports no hang-up before there was a writer.
    private static bool HasWriter(int fd)
    {
        Libc.pollfd poll = new() { fd = fd, events = Libc.POLLIN };
        long deadline = Environment.TickCount64 + WriterPatience;
        while (true)
        {
            int ready = Libc.poll(&poll, 1, (int)Math.Max(0, deadline - Environment.TickCount64));
            if (ready >= 0 || Errno.Last != Errno.EINTR)
                return ready > 0;
        }
    }
}
