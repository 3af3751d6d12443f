using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Launch;

/// <summary>A socket of the caller that receives one descriptor: the console socket and the pidfd socket.</summary>
internal static unsafe class PeerSocket
{
    private const int QueuePause = 10;

    /// <summary>Connects; a path longer than sun_path goes through its directory's descriptor.</summary>
    public static SafeFd Connect(string path, string what, CancelSignal cancel)
    {
        int fd = Libc.socket(Libc.AF_UNIX, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK, 0);
        if (fd < 0)
            throw KernelError.Last("connect to the " + what, path, "socket");
        var socket = new SafeFd(fd);
        try
        {
            string full = Path.GetFullPath(path);
            SafeFd? parent = null;
            if (System.Text.Encoding.UTF8.GetByteCount(full) >= Libc.UNIX_PATH_MAX)
            {
                string directory = Path.GetDirectoryName(full)!;
                int parentFd = Libc.open(directory, Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
                if (parentFd < 0)
                    throw KernelError.Last("connect to the " + what, path, "open");
                parent = new SafeFd(parentFd);
            }
            using (parent)
            {
                Libc.sockaddr_un address = parent is null
                    ? UnixAddress.Of(full, out uint length)
                    : UnixAddress.In(parent.Number, Path.GetFileName(full), out length);
                while (Libc.connect(fd, &address, length) != 0)
                {
                    // The queue is full: the kernel has no event for it, so only the caller ends the wait.
                    if (Errno.Last != Errno.EAGAIN)
                        throw KernelError.Last("connect to the " + what, path, "connect");
                    _ = cancel.WaitAny([], QueuePause);
                }
            }
            _ = Libc.fcntl(fd, Libc.F_SETFL, 0);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Connects to the caller's pidfd socket and sends the pidfd of a process.</summary>
    public static void SendPidfd(string path, ProcessHandle process, CancelSignal cancel)
    {
        using SafeFd socket = Connect(path, "pidfd socket", cancel);
        SendFd(socket.Number, process.Fd, "pidfd"u8, "pidfd socket");
    }

    /// <summary>Sends one descriptor with a name, the framing that engines expect.</summary>
    public static void SendFd(int socket, int fd, ReadOnlySpan<byte> name, string what)
    {
        if (!FdPassing.TrySend(socket, name, [fd], out int errno))
            throw new OciException(KernelError.CodeOf(errno), $"send the descriptor to the {what}: sendmsg: {KernelError.Reason(errno)}") { Syscall = "sendmsg", Errno = errno };
    }
}
