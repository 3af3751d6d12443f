using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Launch;

/// <summary>
/// The read end of a pipe or a terminal. A read waits with poll(2), so that it ends when the stream is disposed, and after
/// <see cref="EndWhenEmpty"/> as soon as nothing is left to read, even if the other side is still open.
/// </summary>
internal sealed unsafe class EndableStream : Stream
{
    private const int Later = -1;

    private readonly SafeFd _pipe;
    private readonly SafeFd _end;
    private volatile bool _disposed;

    /// <param name="pipe">Owned from here on.</param>
    public EndableStream(SafeFd pipe)
    {
        _pipe = pipe;
        int fd = Libc.eventfd(0, Libc.EFD_CLOEXEC);
        if (fd < 0)
            throw KernelError.Last("make", "an eventfd", "eventfd2");
        _end = new SafeFd(fd);
    }

    public override bool CanRead => !_disposed;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Lets what has been written be read; then the stream ends.</summary>
    public void EndWhenEmpty()
    {
        ulong one = 1;
        bool held = false;
        try
        {
            _end.DangerousAddRef(ref held);
            _ = Libc.write(_end.Number, &one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // The stream has ended.
        }
        finally
        {
            if (held)
                _end.DangerousRelease();
        }
    }

    public override int Read(Span<byte> buffer)
    {
        bool pipeHeld = false, endHeld = false;
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _pipe.DangerousAddRef(ref pipeHeld);
            _end.DangerousAddRef(ref endHeld);
            while (Wait())
            {
                if (ReadPart(buffer) is not Later and int count)
                    return count;
            }
            return 0;
        }
        finally
        {
            if (pipeHeld)
                _pipe.DangerousRelease();
            if (endHeld)
                _end.DangerousRelease();
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            EndWhenEmpty(); // wakes a read on another thread
            _pipe.Dispose();
            _end.Dispose();
        }
        base.Dispose(disposing);
    }

    // False at the end that another thread has set.
    private bool Wait()
    {
        Libc.pollfd* polls = stackalloc Libc.pollfd[2];
        polls[0] = new Libc.pollfd { fd = _pipe.Number, events = Libc.POLLIN };
        polls[1] = new Libc.pollfd { fd = _end.Number, events = Libc.POLLIN };
        while (Libc.poll(polls, 2, -1) < 0)
        {
            if (Errno.Last != Errno.EINTR)
                throw new IOException(KernelError.Last("wait for", "something to read", "poll").Message);
        }
        return polls[0].revents != 0 && !_disposed;
    }

    private int ReadPart(Span<byte> buffer)
    {
        nint count;
        fixed (byte* start = buffer)
            count = Libc.read(_pipe.Number, start, buffer.Length);
        if (count >= 0)
            return (int)count;
        return Errno.Last switch
        {
            // A signal, or another reader was faster: the other side may have made the file non-blocking.
            Errno.EINTR or Errno.EAGAIN => Later,
            // A terminal whose other side has been closed.
            Errno.EIO => 0,
            _ => throw new IOException(KernelError.Last("read", "a pipe or a terminal", "read").Message),
        };
    }
}
