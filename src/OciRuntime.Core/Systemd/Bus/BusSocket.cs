using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Systemd.Bus;

/// <summary>A connected stream socket that never waits beyond a moment.</summary>
internal sealed unsafe class BusSocket : IDisposable
{
    private readonly SafeFd _fd;
    private readonly BusAddress _address;

    private BusSocket(SafeFd fd, BusAddress address)
    {
        _fd = fd;
        _address = address;
    }

    /// <summary>When nobody waits any more, as <see cref="Environment.TickCount64"/>.</summary>
    internal long Deadline { get; set; }

    /// <summary>Connects; null and the errno when nobody is there.</summary>
    internal static BusSocket? TryConnect(BusAddress address, long deadline, out int errno)
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
            return new(fd, address) { Deadline = deadline };
        fd.Dispose();
        return null;
    }

    internal void Send(ReadOnlySpan<byte> bytes)
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

    /// <summary>At least one byte.</summary>
    internal int Receive(Span<byte> buffer)
    {
        while (true)
        {
            nint got;
            fixed (byte* start = buffer)
                got = Libc.read(_fd.Number, start, buffer.Length);
            if (got > 0)
                return (int)got;
            if (got == 0)
                throw new OciException(OciErrorCode.Unknown, $"speak to systemd at {_address}: it closed the connection") { Step = "systemd", Object = _address.ToString() };
            if (Errno.Last == Errno.EAGAIN)
                Wait(Libc.POLLIN);
            else if (Errno.Last != Errno.EINTR)
                throw Lost(Errno.Last);
        }
    }

    public void Dispose() => _fd.Dispose();

    private void Wait(short events)
    {
        var poll = new Libc.pollfd { fd = _fd.Number, events = events };
        long left = Deadline - Environment.TickCount64;
        if (left <= 0 || Libc.poll(&poll, 1, (int)Math.Min(left, int.MaxValue)) == 0)
            throw new OciException(OciErrorCode.Timeout, $"speak to systemd at {_address}: no answer in time") { Step = "systemd", Object = _address.ToString() };
    }

    private OciException Lost(int errno)
    {
        OciException error = KernelError.From("speak to systemd at", _address.ToString(), "recv", errno);
        return new(error.Code, error.Message) { Step = "systemd", Syscall = "recv", Object = error.Object, Errno = errno };
    }

    // A full backlog is EAGAIN at once, and poll can't tell when there is room again.
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
