using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Systemd;

/// <summary>
/// A connected stream socket for a D-Bus client. The caller that waits does the reading: a read of the client completes when <see cref="TryReceive"/> is called,
/// on the caller's thread, and no wait goes beyond <see cref="Deadline"/>.
/// </summary>
internal sealed unsafe class BusSocket : Stream
{
    private readonly SafeFd _fd;
    private readonly BusAddress _address;
    private readonly bool _unnamed;
    private TaskCompletionSource<int>? _reading;
    private Memory<byte> _buffer;
    private bool _greeting = true;
    private string _said = string.Empty;
    private int _challenge; // remaining bytes of it

    private BusSocket(SafeFd fd, BusAddress address, bool unnamed)
    {
        _fd = fd;
        _address = address;
        _unnamed = unnamed;
    }

    /// <summary>When waiting ends, in terms of <see cref="Environment.TickCount64"/>.</summary>
    internal long Deadline { get; set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    private static ReadOnlySpan<byte> Challenge => "DATA\r\n"u8;

    /// <summary>Connects; null and the errno when nobody listens.</summary>
    /// <param name="address">Address of the server.</param>
    /// <param name="unnamed">The client names an empty identity, which stands for the socket's peer.</param>
    /// <param name="deadline">As <see cref="Deadline"/>.</param>
    /// <param name="errno">The reason for a failure.</param>
    internal static BusSocket? TryConnect(BusAddress address, bool unnamed, long deadline, out int errno)
    {
        int number = Libc.socket(Libc.AF_UNIX, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK, 0);
        if (number < 0)
        {
            errno = Errno.Last;
            return null;
        }

        var fd = new SafeFd(number);
        errno = Connect(number, address, deadline);
        if (errno == 0)
            return new(fd, address, unnamed) { Deadline = deadline };
        fd.Dispose();
        return null;
    }

    /// <summary>Waits for bytes and passes them to the client's pending read.</summary>
    /// <returns>False when no read is pending.</returns>
    /// <exception cref="OciException">Timeout: none came.</exception>
    internal bool TryReceive()
    {
        if (_reading is not { } reading || _fd.IsClosed)
            return false;
        Wait(Libc.POLLIN);
        int got = Receive(out OciException? lost);
        if (got == 0 && lost is null)
            return true;
        _reading = null;
        if (lost is null)
            reading.SetResult(got);
        else
            reading.SetException(lost);
        return true;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _buffer = buffer;
        _reading = new();
        return new(_reading.Task);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (!_greeting)
        {
            Send(buffer);
            return;
        }

        // D-Bus Specification, Authentication Protocol. The library offers a named identity, and falls back to ANONYMOUS if that is refused.
        if (buffer.StartsWith("AUTH ANONYMOUS"u8))
            throw Refused();
        bool begins = buffer.SequenceEqual("BEGIN\r\n"u8), unnamed = _unnamed && buffer.SequenceEqual("AUTH EXTERNAL \r\n"u8);
        if (unnamed)
            Send("AUTH EXTERNAL\r\nDATA\r\n"u8);
        else if (!begins)
            Send(buffer);
        // systemd waits for more data if it reads the first call together with BEGIN (sd-bus): so BEGIN is sent before the server's answer.
        if (buffer.StartsWith("AUTH"u8))
            Send("BEGIN\r\n"u8);
        _challenge = unnamed ? Challenge.Length : 0;
        _greeting = !begins;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _fd.Dispose();
        if (disposing && _reading is { } reading)
        {
            _reading = null;
            reading.SetException(new ObjectDisposedException(nameof(BusSocket)));
        }

        base.Dispose(disposing);
    }

    private int Receive(out OciException? lost)
    {
        lost = null;
        Span<byte> buffer = _buffer.Span;
        nint got;
        fixed (byte* start = buffer)
            got = Libc.read(_fd.Number, start, buffer.Length);
        if (got > 0)
            return _greeting ? Greeted(buffer[..(int)got]) : (int)got;
        if (got == 0)
            lost = new(OciErrorCode.Unknown, $"talk to systemd at {_address}: it closed the connection") { Step = "systemd", Object = _address.ToString() };
        else if (Errno.Last is not (Errno.EAGAIN or Errno.EINTR))
            lost = Lost(Errno.Last);
        return 0;
    }

    // The library gets everything that came except the challenge, which has been answered already.
    private int Greeted(Span<byte> bytes)
    {
        int skip = 0;
        while (skip < bytes.Length && _challenge > 0 && bytes[skip] == Challenge[^_challenge])
        {
            skip++;
            _challenge--;
        }

        if (skip < bytes.Length)
            _challenge = 0;
        bytes[skip..].CopyTo(bytes);
        _said = Encoding.ASCII.GetString(bytes[..^skip]).TrimEnd();
        return bytes.Length - skip;
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            nint sent;
            fixed (byte* start = bytes)
                sent = Libc.send(_fd.Number, start, bytes.Length, Libc.MSG_NOSIGNAL);
            if (sent >= 0)
                bytes = bytes[(int)sent..];
            else if (Errno.Last == Errno.EAGAIN)
                Wait(Libc.POLLOUT);
            else if (Errno.Last != Errno.EINTR)
                throw Lost(Errno.Last);
        }
    }

    private void Wait(short events)
    {
        var poll = new Libc.pollfd { fd = _fd.Number, events = events };
        long left = Deadline - Environment.TickCount64;
        if (left <= 0 || Libc.poll(&poll, 1, (int)Math.Min(left, int.MaxValue)) == 0)
            throw new OciException(OciErrorCode.Timeout, $"talk to systemd at {_address}: no answer in time") { Step = "systemd", Object = _address.ToString() };
    }

    private OciException Refused() => new(OciErrorCode.PermissionDenied, $"connect to systemd at {_address}: it rejected our identity ({_said})")
    {
        Step = "systemd",
        Object = _address.ToString(),
    };

    private OciException Lost(int errno)
    {
        OciException error = KernelError.From("talk to systemd at", _address.ToString(), "recv", errno);
        return new(error.Code, error.Message) { Step = "systemd", Syscall = "recv", Object = error.Object, Errno = errno };
    }

    // A full backlog fails with EAGAIN immediately, and poll can't tell when there is room again.
    private static int Connect(int fd, BusAddress address, long deadline)
    {
        byte[] name = Encoding.UTF8.GetBytes(address.Name);
        if (name.Length >= Libc.UNIX_PATH_MAX)
            return Errno.ENAMETOOLONG;
        var socket = new Libc.sockaddr_un { sun_family = Libc.AF_UNIX };
        int skip = address.Abstract ? 1 : 0;
        for (int i = 0; i < name.Length; i++)
            socket.sun_path[i + skip] = name[i];
        uint length = (uint)(sizeof(ushort) + name.Length + 1);
        while (Libc.connect(fd, &socket, length) != 0)
        {
            int errno = Errno.Last;
            if (errno is not (Errno.EAGAIN or Errno.EINTR) || Environment.TickCount64 >= deadline)
                return errno;
            Thread.Sleep(1);
        }

        return 0;
    }
}
