using System.Runtime.ExceptionServices;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Network;

/// <summary>Devices of network namespaces (network_namespaces(7)). A device that is moved keeps its permanent global addresses.</summary>
internal static class NetworkDevice
{
    /// <summary>Opens a network namespace. Throws on failure, since without a descriptor system calls would use the runtime's own.</summary>
    public static SafeFd OpenNamespace(string path)
    {
        int fd = Libc.open(path, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        return fd >= 0 ? new SafeFd(fd) : throw KernelError.Last("open the network namespace", path, "open");
    }

    /// <summary>Moves a device, or restores it on failure.</summary>
    /// <param name="from">The namespace that it is in.</param>
    /// <param name="to">The namespace to move it to.</param>
    /// <param name="name">Its name.</param>
    /// <param name="newName">Its name in the new namespace.</param>
    /// <param name="pointer">JSON pointer of the device, for errors.</param>
    public static void Move(SafeFd from, SafeFd to, string name, string newName, string pointer)
    {
        List<NetworkAddress> addresses = [];
        // The kernel moves the device before it renames it: if the new name is taken, the call fails and the device is gone.
        In(to, socket => CheckFree(socket, newName, pointer));
        In(from, socket => addresses = Send(socket, to, name, newName, pointer));
        try
        {
            In(to, socket => Receive(socket, newName, addresses, pointer));
        }
        catch (OciException e)
        {
            try
            {
                In(to, socket => Send(socket, from, newName, name, pointer));
                In(from, socket => Receive(socket, name, addresses, pointer));
            }
            catch (OciException back)
            {
                throw e.Saying($"{e.Message}; and it could not be moved back: {back.Message}");
            }
            throw;
        }
    }

    /// <summary>Brings up the loopback device of a namespace, which gives it its addresses.</summary>
    public static void BringLoopbackUp(SafeFd space) => In(space, static socket =>
    {
        (int index, _) = socket.Find("lo", out int errno);
        if (errno == 0)
            errno = socket.SetUp(index, up: true);
        if (errno != 0)
            throw KernelError.From("bring up", "lo", "sendto", errno);
    });

    /// <summary>Whether the runtime's network namespace has a device with that name.</summary>
    public static bool Exists(string name)
    {
        using var socket = new RouteSocket();
        socket.Find(name, out int errno);
        return errno is 0 or Errno.ENODEV ? errno == 0 : throw KernelError.From("look for the network device", name, "sendto", errno);
    }

    private static List<NetworkAddress> Send(RouteSocket socket, SafeFd target, string name, string newName, string pointer)
    {
        (int index, uint flags) = socket.Find(name, out int errno);
        Check(errno, "find", name, pointer);
        List<NetworkAddress> addresses = socket.Addresses(index, out errno);
        Check(errno, "read the addresses of", name, pointer);
        bool up = (flags & Libc.IFF_UP) != 0;
        if (up)
            Check(socket.SetUp(index, up: false), "take down", name, pointer);
        errno = socket.Move(index, target, newName);
        if (errno == 0)
            return addresses;
        // It was not moved: restore it.
        if (up)
            socket.SetUp(index, up: true);
        foreach (NetworkAddress address in addresses)
            socket.Add(index, address);
        throw Failed(errno, "move", name, pointer);
    }

    private static void CheckFree(RouteSocket socket, string name, string pointer)
    {
        socket.Find(name, out int errno);
        if (errno != Errno.ENODEV)
            throw Failed(errno == 0 ? Errno.EEXIST : errno, "move to", name, pointer);
    }

    private static void Receive(RouteSocket socket, string name, List<NetworkAddress> addresses, string pointer)
    {
        (int index, _) = socket.Find(name, out int errno);
        Check(errno, "find in its new namespace", name, pointer);
        foreach (NetworkAddress address in addresses)
            Check(socket.Add(index, address), "restore the address of", name, pointer);
        Check(socket.SetUp(index, up: true), "bring up", name, pointer);
    }

    // Runs the action in a new thread, which ends in the namespace that it has joined.
    private static void In(SafeFd space, Action<RouteSocket> action)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                if (Libc.setns(space.Number, CloneBits.CLONE_NEWNET) != 0)
                    throw KernelError.Last("join", "the network namespace", "setns");
                using var socket = new RouteSocket();
                action(socket);
            }
            catch (Exception e) // any exception is rethrown to the caller and must not end the program
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    private static void Check(int errno, string doing, string name, string pointer)
    {
        if (errno != 0)
            throw Failed(errno, doing, name, pointer);
    }

    private static OciException Failed(int errno, string doing, string name, string pointer) =>
        new(KernelError.CodeOf(errno), $"{doing} network device {name} ({pointer}): netlink: {KernelError.Reason(errno)}")
        {
            Step = "net_devices",
            Syscall = "netlink",
            Object = name,
            Errno = errno,
            SpecPointer = pointer,
            Hint = errno switch
            {
                Errno.ENODEV => "ip link shows the devices of this network namespace",
                Errno.EINVAL => "the device may be bound to its namespace (ethtool -k shows netns-local)",
                Errno.EEXIST => "the namespace already has a device with that name",
                _ => null,
            },
        };
}
