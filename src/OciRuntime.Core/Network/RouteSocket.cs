using System.Runtime.InteropServices;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Network;

/// <summary>A NETLINK_ROUTE socket in the calling thread's network namespace, for links and addresses (rtnetlink(7)).</summary>
internal sealed unsafe class RouteSocket : IDisposable
{
    private readonly SafeFd _socket;
    private uint _sequence;

    public RouteSocket()
    {
        int fd = Libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, 0);
        _socket = fd >= 0 ? new SafeFd(fd) : throw KernelError.Last("open", "a netlink socket", "socket");
    }

    /// <summary>Index and IFF_* flags of a device; errno is ENODEV if it does not exist.</summary>
    public (int Index, uint Flags) Find(string name, out int errno)
    {
        List<byte[]> replies = Ask(new NetlinkMessage(Libc.RTM_GETLINK, 0).Add(default(Libc.ifinfomsg)).Attribute(Libc.IFLA_IFNAME, name), out errno);
        if (errno != 0)
            return default;
        Libc.ifinfomsg link = MemoryMarshal.Read<Libc.ifinfomsg>(replies[0]);
        return (link.ifi_index, link.ifi_flags);
    }

    /// <summary>Sets or clears IFF_UP.</summary>
    public int SetUp(int index, bool up)
    {
        var link = new Libc.ifinfomsg { ifi_index = index, ifi_flags = up ? Libc.IFF_UP : 0, ifi_change = Libc.IFF_UP };
        Ask(new NetlinkMessage(Libc.RTM_SETLINK, Libc.NLM_F_ACK).Add(link), out int errno);
        return errno;
    }

    /// <summary>Moves a device that is down into another namespace, under a new name.</summary>
    public int Move(int index, SafeFd target, string name)
    {
        NetlinkMessage message = new NetlinkMessage(Libc.RTM_SETLINK, Libc.NLM_F_ACK).Add(new Libc.ifinfomsg { ifi_index = index })
            .Attribute(Libc.IFLA_NET_NS_FD, target.Number).Attribute(Libc.IFLA_IFNAME, name);
        Ask(message, out int errno);
        return errno;
    }

    /// <summary>The permanent addresses of global scope; incomplete if there is an errno.</summary>
    public List<NetworkAddress> Addresses(int index, out int errno)
    {
        var addresses = new List<NetworkAddress>();
        int fixedSize = sizeof(Libc.ifaddrmsg);
        foreach (byte[] reply in Ask(new NetlinkMessage(Libc.RTM_GETADDR, Libc.NLM_F_DUMP).Add(default(Libc.ifaddrmsg)), out errno))
        {
            Libc.ifaddrmsg head = MemoryMarshal.Read<Libc.ifaddrmsg>(reply);
            if (head.ifa_index != (uint)index || head.ifa_scope != Libc.RT_SCOPE_UNIVERSE || (head.ifa_flags & Libc.IFA_F_PERMANENT) == 0)
                continue;
            Dictionary<ushort, byte[]> attributes = NetlinkMessage.Attributes(reply.AsSpan(fixedSize));
            if (attributes.TryGetValue(Libc.IFA_ADDRESS, out byte[]? address))
            {
                addresses.Add(new NetworkAddress(
                    head.ifa_family, head.ifa_prefixlen, address,
                    attributes.GetValueOrDefault(Libc.IFA_LOCAL), attributes.GetValueOrDefault(Libc.IFA_BROADCAST)));
            }
        }
        return addresses;
    }

    /// <summary>Adds an address to a device.</summary>
    public int Add(int index, NetworkAddress address)
    {
        var head = new Libc.ifaddrmsg { ifa_family = address.Family, ifa_prefixlen = address.PrefixLength, ifa_flags = Libc.IFA_F_PERMANENT, ifa_index = (uint)index };
        NetlinkMessage message = new NetlinkMessage(Libc.RTM_NEWADDR, Libc.NLM_F_ACK | Libc.NLM_F_CREATE | Libc.NLM_F_REPLACE).Add(head).Attribute(Libc.IFA_ADDRESS, address.Address);
        if (address.Local is not null)
            message.Attribute(Libc.IFA_LOCAL, address.Local);
        if (address.Broadcast is not null)
            message.Attribute(Libc.IFA_BROADCAST, address.Broadcast);
        Ask(message, out int errno);
        return errno;
    }

    public void Dispose() => _socket.Dispose();

    // Sends a request and returns the replies without their headers, and the errno of the last one.
    private List<byte[]> Ask(NetlinkMessage message, out int errno)
    {
        byte[] request = message.Finish(++_sequence);
        bool dump = (request[7] & (Libc.NLM_F_DUMP >> 8)) != 0, acknowledged = (request[6] & Libc.NLM_F_ACK) != 0;
        var replies = new List<byte[]>();
        errno = 0;
        fixed (byte* bytes = request)
        {
            if (Libc.send(_socket.Number, bytes, request.Length, 0) < 0)
            {
                errno = Errno.Last;
                return replies;
            }
        }
        byte[] buffer = new byte[64 * 1024];
        while (true)
        {
            nint length;
            fixed (byte* bytes = buffer)
                length = Libc.read(_socket.Number, bytes, buffer.Length);
            if (length < 0 && Errno.Last == Errno.EINTR)
                continue;
            if (length <= 0)
            {
                errno = length == 0 ? Errno.EIO : Errno.Last;
                return replies;
            }
            if (Take(buffer.AsSpan(0, (int)length), replies, dump || acknowledged, ref errno))
                return replies;
        }
    }

    private bool Take(ReadOnlySpan<byte> datagram, List<byte[]> replies, bool hasEnd, ref int errno)
    {
        int headerSize = sizeof(Libc.nlmsghdr);
        while (datagram.Length >= headerSize)
        {
            Libc.nlmsghdr header = MemoryMarshal.Read<Libc.nlmsghdr>(datagram);
            if (header.nlmsg_len < headerSize || header.nlmsg_len > datagram.Length)
                break;
            ReadOnlySpan<byte> payload = datagram[headerSize..(int)header.nlmsg_len];
            datagram = datagram[Math.Min(datagram.Length, ((int)header.nlmsg_len + 3) & ~3)..];
            if (header.nlmsg_seq != _sequence)
                continue;
            if (header.nlmsg_type == Libc.NLMSG_DONE)
                return true;
            if (header.nlmsg_type == Libc.NLMSG_ERROR)
            {
                errno = -MemoryMarshal.Read<int>(payload);
                return true;
            }
            replies.Add(payload.ToArray());
            if (!hasEnd)
                return true;
        }
        return false;
    }
}

/// <summary>An address of a device, in network byte order.</summary>
/// <param name="Family">AF_INET or AF_INET6.</param>
/// <param name="PrefixLength">Bits of the network.</param>
/// <param name="Address">IFA_ADDRESS: the peer's on a point-to-point device.</param>
/// <param name="Local">IFA_LOCAL, or null.</param>
/// <param name="Broadcast">IFA_BROADCAST, or null.</param>
internal sealed record NetworkAddress(byte Family, byte PrefixLength, byte[] Address, byte[]? Local, byte[]? Broadcast);
