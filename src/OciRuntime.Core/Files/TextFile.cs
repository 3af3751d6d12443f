using System.Text;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Files;

/// <summary>Reads small files of the kernel as a whole: one open, as many reads as needed, one close.</summary>
internal static unsafe class TextFile
{
    /// <summary>The text, or null when there is no such file or it may not be read. An error when the kernel can't tell.</summary>
    public static string? TryRead(string path) => TryRead(path, out int errno) ?? NullWhenItTells(path, errno);

    /// <summary>The text for a message, or null on any failure: the message is about something else.</summary>
    public static string? TryReadForMessage(string path) => TryRead(path, out _)?.TrimEnd();

    /// <summary>The text, or null and the errno.</summary>
    public static string? TryRead(string path, out int errno)
    {
        errno = 0;
        int number = Libc.open(path, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        if (number < 0)
        {
            errno = Errno.Last;
            return null;
        }

        using var file = new SafeFd(number);
        if (SmallFile.ReadAll(number, int.MaxValue, regular: false) is { } bytes)
            return Encoding.UTF8.GetString(bytes);
        errno = Errno.Last;
        return null;
    }

    /// <summary>
    /// The text of a file of less than 4 KiB that the kernel produces in one piece (a sysctl, most cgroup files): no second read to find its
    /// end. Null, or an error, as from <see cref="TryRead(string)"/>.
    /// </summary>
    public static string? TryReadOnce(string path) => TryReadOnce(path, out int errno) ?? NullWhenItTells(path, errno);

    /// <summary>The text of such a file; an error names it.</summary>
    public static string ReadOnce(string path) => TryReadOnce(path, out int errno) ?? throw KernelError.From("read", path, "read", errno);

    /// <summary>The text of such a file, or null when it does not exist, or is being removed. Any other failure is an error.</summary>
    public static string? ReadOnceIfThere(string path) => TryReadOnce(path, out int errno)
        ?? (errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ENODEV ? null : throw KernelError.From("read", path, "read", errno));

    private static string? TryReadOnce(string path, out int errno)
    {
        int number = Libc.open(path, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        errno = 0;
        if (number < 0)
        {
            errno = Errno.Last;
            return null;
        }

        Span<byte> buffer = stackalloc byte[4096];
        int got = SmallFile.ReadPart(number, buffer);
        if (got < 0)
            errno = Errno.Last;
        _ = Libc.close(number);
        return got < 0 ? null : got == buffer.Length ? TryRead(path, out errno) : Encoding.UTF8.GetString(buffer[..got]);
    }

    /// <summary>The text; an error names the file.</summary>
    public static string Read(string path) => TryRead(path, out int errno) ?? throw KernelError.From("read", path, "open", errno);

    private static string? NullWhenItTells(string path, int errno) =>
        Errno.TellsNothing(errno) ? throw KernelError.From("read", path, "read", errno) : null;

    /// <summary>Writes a value in one write(2), as files of the kernel require; 0 or the errno.</summary>
    public static int TryWrite(string path, string value)
    {
        int number = Libc.open(path, Libc.O_WRONLY | Libc.O_CLOEXEC, 0);
        if (number < 0)
            return Errno.Last;
        using var file = new SafeFd(number);
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        while (true)
        {
            nint written;
            fixed (byte* start = bytes)
                written = Libc.write(number, start, bytes.Length);
            if (written >= 0)
                return 0;
            if (Errno.Last != Errno.EINTR)
                return Errno.Last;
        }
    }
}
