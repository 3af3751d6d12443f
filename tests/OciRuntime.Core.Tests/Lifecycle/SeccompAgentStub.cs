using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>A seccomp agent: takes one listener a connection and answers every notification with one errno (seccomp_unotify(2)).</summary>
internal sealed unsafe partial class SeccompAgentStub : IDisposable
{
    private const ulong Receive = 0xC0502100; // SECCOMP_IOCTL_NOTIF_RECV
    private const ulong Send = 0xC0182101;    // SECCOMP_IOCTL_NOTIF_SEND
    private const int Size = 80;              // struct seccomp_notif

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Thread _thread;
    private readonly List<Thread> _answering = [];
    private readonly int _errno;

    public SeccompAgentStub(string path, int errno)
    {
        _errno = errno;
        _socket.Bind(new UnixDomainSocketEndPoint(path));
        _socket.Listen();
        _thread = new Thread(Accept) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>What came with the listeners.</summary>
    public List<JsonDocument> Messages { get; } = [];

    /// <summary>Waits until as many messages have come: the runtime has sent its one before this agent has read it.</summary>
    public List<JsonDocument> Await(int count)
    {
        lock (Messages)
        {
            while (Messages.Count < count && Monitor.Wait(Messages, TimeSpan.FromSeconds(10)))
            {
                // Not all of them yet.
            }
            return Messages;
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _thread.Join(TimeSpan.FromSeconds(10));
        _answering.ForEach(thread => thread.Join(TimeSpan.FromSeconds(10)));
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Ioctl(int fd, ulong request, void* argument);

    private void Accept()
    {
        try
        {
            while (true)
            {
                using Socket connection = _socket.Accept();
                SafeFd listener = TakeListener((int)connection.Handle);
                var thread = new Thread(() => { using (listener) Answer(listener.Number); }) { IsBackground = true };
                thread.Start();
                _answering.Add(thread);
            }
        }
        catch (SocketException)
        {
            // The end.
        }
    }

    private SafeFd TakeListener(int connection)
    {
        byte* bytes = stackalloc byte[8192];
        byte* control = stackalloc byte[64];
        var vector = new Libc.iovec { iov_base = bytes, iov_len = 8192 };
        var header = new Libc.msghdr { msg_iov = &vector, msg_iovlen = 1, msg_control = control, msg_controllen = 64 };
        nint length = Libc.recvmsg(connection, &header, Libc.MSG_CMSG_CLOEXEC);
        var fds = new List<SafeFd>();
        FdPassing.Take(&header, fds);
        lock (Messages)
        {
            Messages.Add(JsonDocument.Parse(new ReadOnlySpan<byte>(bytes, (int)length).ToArray()));
            Monitor.PulseAll(Messages);
        }
        return fds.Single();
    }

    // Ends when the last process of the filter has: RECV fails with ENOENT then, or poll says hung up.
    private void Answer(int listener)
    {
        byte* notification = stackalloc byte[Size];
        byte* response = stackalloc byte[24];
        while (true)
        {
            var poll = new Libc.pollfd { fd = listener, events = Libc.POLLIN };
            if (Libc.poll(&poll, 1, 20_000) <= 0 || (poll.revents & Libc.POLLIN) == 0)
                return;
            new Span<byte>(notification, Size).Clear();
            if (Ioctl(listener, Receive, notification) != 0)
                continue;
            new Span<byte>(response, 24).Clear();
            *(ulong*)response = *(ulong*)notification;
            *(int*)(response + 16) = -_errno;
            _ = Ioctl(listener, Send, response);
        }
    }
}
