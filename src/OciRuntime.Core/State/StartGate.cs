using OciRuntime.Core.Interop;

namespace OciRuntime.Core.State;

/// <summary>
/// The start gate: a listening SOCK_SEQPACKET socket in the state directory on which init waits after create. It is reached
/// through /proc/self/fd, because sun_path holds 107 bytes and a state root may be longer.
/// </summary>
internal static unsafe class StartGate
{
    /// <summary>Binds and listens; init gets the descriptor.</summary>
    public static SafeFd Listen(StateDirectory directory)
    {
        SafeFd gate = NewSocket();
        try
        {
            // bind(2) gives the file the mode of the socket's inode; only the owner may open the gate.
            if (Libc.fchmod(gate.Number, 0x180) != 0)
                throw KernelError.Last("make the start gate", directory.Path, "fchmod");
            Libc.sockaddr_un address = UnixAddress.In(directory.Fd, StateDirectory.GateName, out uint length);
            if (Libc.bind(gate.Number, &address, length) != 0)
                throw KernelError.Last("make the start gate", directory.Path + "/" + StateDirectory.GateName, "bind");
            if (Libc.listen(gate.Number, 1) != 0)
                throw KernelError.Last("make the start gate", directory.Path + "/" + StateDirectory.GateName, "listen");
            return gate;
        }
        catch
        {
            gate.Dispose();
            throw;
        }
    }

    /// <summary>Connects to a waiting init.</summary>
    public static SafeFd Connect(StateDirectory directory)
    {
        string path = directory.Path + "/" + StateDirectory.GateName;
        using SafeFd gate = directory.TryOpenTrusted(StateDirectory.GateName, Libc.O_PATH, Libc.S_IFSOCK, out _)
            ?? throw KernelError.From("open the start gate", path, "openat", Errno.ENOENT);
        // Non-blocking: the queue of an init that is kept stopped fills up with connections that were given up.
        SafeFd connection = NewSocket(Libc.SOCK_NONBLOCK);
        try
        {
            Libc.sockaddr_un address = UnixAddress.OfDescriptor(gate.Number, out uint length);
            if (Libc.connect(connection.Number, &address, length) != 0 || Libc.fcntl(connection.Number, Libc.F_SETFL, 0) != 0)
                throw KernelError.Last("open the start gate", path, "connect");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static SafeFd NewSocket(int flags = 0)
    {
        int fd = Libc.socket(Libc.AF_UNIX, Libc.SOCK_SEQPACKET | Libc.SOCK_CLOEXEC | flags, 0);
        return fd >= 0 ? new SafeFd(fd) : throw KernelError.Last("make", "the start gate", "socket");
    }
}
