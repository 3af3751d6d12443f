using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Wire;

namespace OciRuntime.Core.Launch;

/// <summary>The runtime's end of the SOCK_SEQPACKET pair to oci-init, or of the start gate's connection.</summary>
internal sealed unsafe class Channel : IDisposable
{
    private readonly SafeFd _fd;

    public Channel(SafeFd fd) => _fd = fd;

    public int Fd => _fd.Number;

    /// <summary>A connected pair; the second end is for the helper.</summary>
    public static Channel CreatePair(out SafeFd helperEnd)
    {
        int* ends = stackalloc int[2];
        if (Libc.socketpair(Libc.AF_UNIX, Libc.SOCK_SEQPACKET | Libc.SOCK_CLOEXEC, 0, ends) != 0)
            throw KernelError.Last("make", "the helper's channel", "socketpair");
        helperEnd = new SafeFd(ends[1]);
        return new Channel(new SafeFd(ends[0]));
    }

    /// <summary>Sends a bare record; false when the peer has gone.</summary>
    public bool Send(MessageType type) => Send(type, []);

    /// <summary>Sends a record with descriptors; false when the peer has gone.</summary>
    public bool Send(MessageType type, ReadOnlySpan<int> fds) => Send(new ChannelMessage(type), fds);

    /// <summary>Sends a record with its numbers and descriptors; false when the peer has gone.</summary>
    public bool Send(in ChannelMessage message, ReadOnlySpan<int> fds)
    {
        if (FdPassing.TrySend(Fd, message.ToBytes(), fds, out int errno))
            return true;
        return errno is Errno.EPIPE or Errno.ECONNRESET or Errno.ENOTCONN ? false : throw KernelError.From("talk to", "the helper", "sendmsg", errno);
    }

    /// <summary>Ends the records from this side: a helper that waits for one exits.</summary>
    public void ShutdownWrite() => _ = Libc.shutdown(Fd, Libc.SHUT_WR);

    /// <summary>Receives one record. Descriptors that came with it belong to the caller.</summary>
    /// <returns>False when there is no record: the peer has closed its end, or has sent nothing more.</returns>
    public bool TryReceive(out ChannelMessage message, List<SafeFd> fds)
    {
        message = default;
        // Peeks at the length first: a record may have the times of every step of the longest plan, but few do.
        nint length = Receive(default, Libc.MSG_PEEK | Libc.MSG_TRUNC, null);
        if (length <= 0)
            return false;
        if (length > WireFormat.MaxRecord)
            throw Unusable();
        Span<byte> record = length <= WireFormat.MessageSize ? stackalloc byte[WireFormat.MessageSize] : new byte[length];
        length = Receive(record, 0, fds);
        if (length <= 0)
            return false;
        message = ChannelMessage.Parse(record[..(int)length]);
        return true;
    }

    // The length of the next record; 0 when the peer has closed its end, or has sent nothing more.
    private nint Receive(Span<byte> record, int flags, List<SafeFd>? fds)
    {
        byte* control = stackalloc byte[64];
        fixed (byte* bytes = record)
        {
            var vector = new Libc.iovec { iov_base = bytes, iov_len = record.Length };
            var header = new Libc.msghdr { msg_iov = &vector, msg_iovlen = 1, msg_control = control, msg_controllen = fds is null ? 0 : 64 };
            nint length;
            bool reset = false;
            while ((length = Libc.recvmsg(Fd, &header, flags | Libc.MSG_CMSG_CLOEXEC | Libc.MSG_DONTWAIT)) < 0)
            {
                // A peer that exits with unread records resets the connection once; the records it sent before can still be read after that.
                if (Errno.Last == Errno.ECONNRESET && !reset)
                    reset = true;
                else if (Errno.Last != Errno.EINTR)
                    break;
            }
            if (length < 0)
                return Errno.Last is Errno.ECONNRESET or Errno.EAGAIN ? 0 : throw KernelError.Last("talk to", "the helper", "recvmsg");
            if (fds is null)
                return length;
            FdPassing.Take(&header, fds);
            return (header.msg_flags & (Libc.MSG_TRUNC | Libc.MSG_CTRUNC)) == 0 ? length : throw Unusable();
        }
    }

    private static OciException Unusable() => new(OciErrorCode.HelperDied, "the helper broke the protocol: a record that is too long");

    public void Dispose() => _fd.Dispose();
}
