using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Launch;

/// <summary>SCM_RIGHTS (unix(7)).</summary>
internal static unsafe class FdPassing
{
    // CMSG_ALIGN of the header: 16 bytes on every 64-bit architecture.
    private static readonly int HeaderSize = sizeof(Libc.cmsghdr);

    /// <summary>The most descriptors in one message (SCM_MAX_FD).</summary>
    public const int Most = 253;

    /// <summary>Sends bytes with descriptors in one message.</summary>
    public static bool TrySend(int socket, ReadOnlySpan<byte> bytes, ReadOnlySpan<int> fds, out int errno)
    {
        int space = HeaderSize + (((fds.Length * sizeof(int)) + 7) & ~7);
        byte* control = stackalloc byte[space];
        fixed (byte* start = bytes)
        {
            var vector = new Libc.iovec { iov_base = start, iov_len = bytes.Length };
            var header = new Libc.msghdr { msg_iov = &vector, msg_iovlen = 1 };
            if (fds.Length > 0)
            {
                new Span<byte>(control, space).Clear();
                var rights = (Libc.cmsghdr*)control;
                rights->cmsg_len = HeaderSize + (fds.Length * sizeof(int));
                rights->cmsg_level = Libc.SOL_SOCKET;
                rights->cmsg_type = Libc.SCM_RIGHTS;
                fds.CopyTo(new Span<int>(control + HeaderSize, fds.Length));
                header.msg_control = control;
                header.msg_controllen = space;
            }
            nint sent;
            do
                sent = Libc.sendmsg(socket, &header, Libc.MSG_NOSIGNAL);
            while (sent < 0 && Errno.Last == Errno.EINTR);
            errno = sent < 0 ? Errno.Last : 0;
            return sent >= 0;
        }
    }

    /// <summary>Takes ownership of all descriptors that came with a message.</summary>
    public static void Take(Libc.msghdr* header, List<SafeFd> fds)
    {
        byte* next = (byte*)header->msg_control;
        byte* end = next + header->msg_controllen;
        while (end - next >= HeaderSize)
        {
            var rights = (Libc.cmsghdr*)next;
            if (rights->cmsg_len < HeaderSize || rights->cmsg_len > end - next)
                return;
            if (rights->cmsg_level == Libc.SOL_SOCKET && rights->cmsg_type == Libc.SCM_RIGHTS)
            {
                int count = (int)(rights->cmsg_len - HeaderSize) / sizeof(int);
                for (int i = 0; i < count; i++)
                    fds.Add(new SafeFd(((int*)(next + HeaderSize))[i]));
            }
            next += (rights->cmsg_len + 7) & ~7;
        }
    }
}
