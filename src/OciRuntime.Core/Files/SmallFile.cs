using System.Buffers;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Files;

/// <summary>Whole small files relative to a directory, with as few system calls as possible.</summary>
internal static unsafe class SmallFile
{
    /// <summary>Returns where the wanted data ends, or -1 when it is not complete yet.</summary>
    public delegate int TextEnd(ReadOnlySpan<byte> text);

    /// <summary>The file's bytes, or null when open(2) or read(2) fails, or it is larger (EFBIG); errno tells why.</summary>
    public static byte[]? TryRead(int directory, string name, int limit = 16 << 20)
    {
        int fd = Libc.openat(directory, name, Libc.O_RDONLY | Libc.O_CLOEXEC | Libc.O_NONBLOCK, 0);
        if (fd < 0)
            return null;
        using var file = new SafeFd(fd);
        return ReadAll(fd, limit, regular: true);
    }

    /// <summary>Reads an open file from its position; null when a read fails or the limit is passed (EFBIG); errno tells why.</summary>
    /// <param name="fd">The file.</param>
    /// <param name="limit">The most bytes to read.</param>
    /// <param name="regular">A short read means the end, which is not true of pipes and of files in /proc.</param>
    /// <param name="end">Finds where the wanted data ends, or -1: the writer may keep a pipe open.</param>
    public static byte[]? ReadAll(int fd, int limit, bool regular, TextEnd? end = null)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            int length = 0;
            while (true)
            {
                if (length == buffer.Length)
                {
                    if (length >= limit)
                    {
                        Errno.Last = Errno.EFBIG;
                        return null;
                    }
                    byte[] larger = ArrayPool<byte>.Shared.Rent(length * 2);
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
                int read = ReadPart(fd, buffer.AsSpan(length));
                if (read < 0 && Errno.Last == Errno.EAGAIN && Await(fd, Libc.POLLIN))
                    continue;
                if (read < 0)
                    return null;
                length += read;
                if (end?.Invoke(buffer.AsSpan(0, length)) is { } first and >= 0)
                    return buffer.AsSpan(0, first).ToArray();
                if (read == 0 || (regular && length < buffer.Length))
                    return buffer.AsSpan(0, length).ToArray();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>read(2), retried after a signal: the number of bytes, or -1 with errno set.</summary>
    public static int ReadPart(int fd, Span<byte> buffer)
    {
        while (true)
        {
            nint read;
            fixed (byte* start = buffer)
                read = Libc.read(fd, start, buffer.Length);
            if (read >= 0 || Errno.Last != Errno.EINTR)
                return (int)read;
        }
    }

    /// <summary>pread(2) from the start, retried after a signal: a file of the kernel gives the present value.</summary>
    public static int ReadStart(int fd, Span<byte> buffer)
    {
        while (true)
        {
            nint read;
            fixed (byte* start = buffer)
                read = Libc.pread(fd, start, buffer.Length, 0);
            if (read >= 0 || Errno.Last != Errno.EINTR)
                return (int)read;
        }
    }

    /// <summary>Writes all bytes; false with errno set when that fails.</summary>
    public static bool TryWrite(int fd, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            nint written;
            fixed (byte* start = bytes)
                written = Libc.write(fd, start, bytes.Length);
            if (written < 0 && (Errno.Last == Errno.EINTR || (Errno.Last == Errno.EAGAIN && Await(fd, Libc.POLLOUT))))
                continue;
            if (written < 0)
                return false;
            bytes = bytes[(int)written..];
        }
        return true;
    }

    /// <summary>True when a pipe, socket or terminal has something to read now.</summary>
    public static bool HasData(int fd)
    {
        Libc.pollfd poll = new() { fd = fd, events = Libc.POLLIN };
        return Libc.poll(&poll, 1, 0) == 1 && (poll.revents & Libc.POLLIN) != 0;
    }

    // A caller's pipe, terminal or socket may be non-blocking: any process that shares the open file can set that, also for us.
    private static bool Await(int fd, short events)
    {
        Libc.pollfd poll = new() { fd = fd, events = events };
        return Libc.poll(&poll, 1, -1) >= 0 || Errno.Last == Errno.EINTR;
    }

    /// <summary>Creates or replaces a file atomically: readers see the old bytes or the new ones, never a part.</summary>
    public static void Replace(int directory, string name, ReadOnlySpan<byte> bytes, uint mode, string shownPath)
    {
        string temporary = "." + name + ".new";
        if (TryReplace(directory, name, temporary, Libc.O_TRUNC, bytes, mode) is { } failed)
            throw KernelError.From("write", shownPath, failed.Call, failed.Errno);
    }

    /// <summary>The same with a temporary file that the caller names; null, or the call that failed.</summary>
    /// <param name="directory">An open directory, or AT_FDCWD.</param>
    /// <param name="name">The file.</param>
    /// <param name="temporary">The temporary file, renamed to it.</param>
    /// <param name="flags">O_TRUNC reuses an existing temporary file, O_EXCL fails then. O_SYNC may be added.</param>
    /// <param name="bytes">The whole content.</param>
    /// <param name="mode">Mode of a new file, less the umask.</param>
    public static (string Call, int Errno)? TryReplace(int directory, string name, string temporary, int flags, ReadOnlySpan<byte> bytes, uint mode)
    {
        int fd = Libc.openat(directory, temporary, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_CLOEXEC | Libc.O_NOFOLLOW | flags, mode);
        if (fd < 0)
            return ("openat", Errno.Last);
        (string Call, int Errno)? failed = null;
        using (new SafeFd(fd))
        {
            if (!TryWrite(fd, bytes))
                failed = ("write", Errno.Last);
        }
        if (failed is null && Libc.renameat(directory, temporary, directory, name) != 0)
            failed = ("renameat", Errno.Last);
        if (failed is not null)
            _ = Libc.unlinkat(directory, temporary, 0);
        return failed;
    }
}
