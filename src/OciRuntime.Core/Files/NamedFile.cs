using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Files;

/// <summary>A whole small file that the user named: a regular one, or a pipe, a socket of a shell or a device that ends.</summary>
internal static unsafe class NamedFile
{
    private const int WriterPatience = 5_000; // milliseconds

    /// <summary>Its bytes, or null when there is none (ENOENT, ENOTDIR).</summary>
    /// <param name="path">As written.</param>
    /// <param name="doing">What for, for the error.</param>
    /// <param name="end">Where what is wanted from a pipe ends.</param>
    /// <param name="limit">Most bytes.</param>
    /// <exception cref="OciException">It can't be read, or is larger.</exception>
    public static byte[]? TryRead(string path, string doing, SmallFile.TextEnd end, int limit = 16 << 20)
    {
        // To open a FIFO that nobody writes to would be a wait without an end.
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
        // A pipe gives what is there, and more later.
        if (type != Libc.S_IFREG && Libc.fcntl(fd, Libc.F_SETFL, 0) != 0)
            throw KernelError.Last(doing, path, "fcntl");
        return (type == Libc.S_IFREG ? SmallFile.ReadAll(fd, limit, regular: true) : SmallFile.ReadAll(fd, limit, regular: false, end))
            ?? throw KernelError.Last(doing, path, "read");
    }

    // Who opens it for writing may come after us, as to any program that reads it. poll(2) tells: no hang-up before there was a writer.
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
