using System.Globalization;
using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

/// <summary>
/// sd_notify(3) from a container. A datagram socket in the state directory, mounted at /run/notify in the container, stands in for the one that the
/// runtime's caller names in NOTIFY_SOCKET. Of the messages only the line READY= is passed on, followed by the pid of the service on the host.
/// </summary>
internal sealed unsafe class ServiceNotification : IDisposable
{
    private const string DirectoryName = "notify";
    private const string SocketName = "notify.sock";
    private const string Inside = "/run/notify";
    private const string Variable = "NOTIFY_SOCKET=";
    private const string Doing = "tell the service manager";
    private const int MostBytes = 4096;

    // The same time as in runc and sd_notify_barrier(3); a manager older than systemd 246 does not answer.
    private const int BarrierMilliseconds = 30_000;

    private readonly SafeFd _manager;
    private readonly SafeFd _container;
    private readonly string _address;

    private ServiceNotification(SafeFd manager, SafeFd container, string address)
    {
        _manager = manager;
        _container = container;
        _address = address;
    }

    /// <summary>Adds to the configuration what a container needs to notify that it is ready.</summary>
    /// <param name="source">The source of the container.</param>
    /// <param name="stateDirectory">The path of its future state directory.</param>
    public static BundleSource Admit(BundleSource source, string stateDirectory)
    {
        OciSpec spec = SpecReader.Read(SpecWriter.Write(source.Spec));
        Forget(spec);
        string directory = Path.Join(stateDirectory, DirectoryName);
        string seen = directory;
        // Without its own mount namespace the container uses the path on the host.
        if (spec.Linux?.Namespaces?.Exists(static one => one.Type == "mount" && string.IsNullOrEmpty(one.Path)) == true)
        {
            (spec.Mounts ??= []).Add(new OciMount { Destination = Inside, Type = "bind", Source = directory, Options = ["bind", "nosuid", "noexec", "nodev", "ro"] });
            seen = Inside;
        }
        if (spec.Process is { } process)
            (process.Env = [.. (process.Env ?? []).Where(static one => !one.StartsWith(Variable, StringComparison.Ordinal))]).Add(Variable + seen + "/" + SocketName);
        return source with { Spec = spec, ConfigJson = SpecWriter.Write(spec) };
    }

    /// <summary>Removes the additions of <see cref="Admit"/>, for a container that is created again.</summary>
    public static void Forget(OciSpec spec)
    {
        spec.Mounts?.RemoveAll(static one => one.Destination == Inside && one.Source?.EndsWith("/" + DirectoryName, StringComparison.Ordinal) == true);
        spec.Process?.Env?.RemoveAll(static one => one.StartsWith(Variable, StringComparison.Ordinal) && one.EndsWith($"/{DirectoryName}/{SocketName}", StringComparison.Ordinal));
    }

    /// <summary>Makes the directory that is mounted in the container.</summary>
    public static void MakeDirectory(StateDirectory state)
    {
        // The mode must not depend on the umask: the container's users may differ from the runtime's.
        if (Libc.mkdirat(state.Fd, DirectoryName, 0x1ED /* 0755 */) != 0 || Libc.fchmodat(state.Fd, DirectoryName, 0x1ED, 0) != 0)
            throw KernelError.Last("make", $"{state.Path}/{DirectoryName}", "mkdirat");
    }

    /// <summary>Listens for the container, before it starts; null if it was created without a notification socket.</summary>
    /// <param name="state">Its state directory.</param>
    /// <param name="address">The manager's socket: a path, or @ and an abstract name.</param>
    /// <exception cref="OciException">Can't connect to the manager's socket, or can't make the container's.</exception>
    public static ServiceNotification? TryOpen(StateDirectory state, string address)
    {
        int fd = Libc.openat(state.Fd, DirectoryName, Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, 0);
        if (fd < 0)
            return Errno.Last == Errno.ENOENT ? null : throw KernelError.Last("open", $"{state.Path}/{DirectoryName}", "openat");
        using var directory = new SafeFd(fd);
        SafeFd manager = NewSocket(0, address), container;
        try
        {
            Libc.sockaddr_un there = UnixAddress.OfAny(address, out uint length);
            if (Libc.connect(manager.Number, &there, length) != 0)
                throw KernelError.Last(Doing, address, "connect");
            container = NewSocket(Libc.SOCK_NONBLOCK, address);
        }
        catch
        {
            manager.Dispose();
            throw;
        }
        var notification = new ServiceNotification(manager, container, address);
        try
        {
            string shown = $"{state.Path}/{DirectoryName}/{SocketName}";
            // A failed start may have left a socket.
            if (Libc.unlinkat(directory.Number, SocketName, 0) != 0 && Errno.Last != Errno.ENOENT)
                throw KernelError.Last("make", shown, "unlinkat");
            Libc.sockaddr_un here = UnixAddress.In(directory.Number, SocketName, out uint length);
            if (Libc.bind(container.Number, &here, length) != 0)
                throw KernelError.Last("make", shown, "bind");
            OpenToAll(directory, shown);
            return notification;
        }
        catch
        {
            notification.Dispose();
            throw;
        }
    }

    /// <summary>Waits until the container says that it is ready, and tells the manager; or until it has ended.</summary>
    /// <param name="init">The container's process.</param>
    /// <param name="mainPid">The process that the manager is to watch.</param>
    /// <param name="warn">Receives warnings.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <exception cref="OciException">The manager can't be told; Cancelled.</exception>
    public void Forward(ProcessHandle init, int mainPid, Action<string> warn, CancelSignal cancel)
    {
        while (true)
        {
            // The last message counts even after the end of the process, so the socket is checked first.
            int ready = cancel.WaitAny([_container.Number, init.Fd]);
            if (ready != 0)
                return;
            if (TakeReady() is not { } line)
                continue;
            Tell(line + "\n");
            Tell(string.Create(CultureInfo.InvariantCulture, $"MAINPID={mainPid}\n"));
            AwaitBarrier(init, warn, cancel);
            return;
        }
    }

    public void Dispose()
    {
        _manager.Dispose();
        _container.Dispose();
    }

    // One datagram is one message of lines (sd_notify(3)). read(2) drops descriptors sent with it, which also answers a barrier of the container's own.
    private string? TakeReady()
    {
        byte* buffer = stackalloc byte[MostBytes];
        nint got = Libc.read(_container.Number, buffer, MostBytes);
        if (got < 0)
            return Errno.Last is Errno.EAGAIN or Errno.EINTR ? null : throw KernelError.Last("receive", "the container's notification", "read");
        return Encoding.UTF8.GetString(buffer, (int)got).Split('\n').FirstOrDefault(static line => line.StartsWith("READY=", StringComparison.Ordinal));
    }

    private void Tell(string text) => Send(Encoding.UTF8.GetBytes(text), []);

    private void Send(ReadOnlySpan<byte> bytes, ReadOnlySpan<int> fds)
    {
        if (!FdPassing.TrySend(_manager.Number, bytes, fds, out int errno))
            throw KernelError.From(Doing, _address, "sendmsg", errno);
    }

    // The manager closes the descriptor after handling all earlier messages: from then on the unit shows the new main process.
    private void AwaitBarrier(ProcessHandle init, Action<string> warn, CancelSignal cancel)
    {
        int* ends = stackalloc int[2];
        if (Libc.pipe2(ends, Libc.O_CLOEXEC) != 0)
            throw KernelError.Last("make", "a pipe for the service manager", "pipe2");
        using var reader = new SafeFd(ends[0]);
        using (var writer = new SafeFd(ends[1]))
            Send("BARRIER=1"u8, [writer.Number]);
        if (cancel.WaitAny([reader.Number, init.Fd], BarrierMilliseconds) < 0)
            warn("the service manager has not answered a barrier for 30 s; not waiting any longer");
    }

    // Through a descriptor: a process of an exec may already be in the container, and may have the right to put a link in its place.
    private static void OpenToAll(SafeFd directory, string shown)
    {
        int fd = Libc.openat(directory.Number, SocketName, Libc.O_PATH | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, 0);
        if (fd < 0)
            throw KernelError.Last("make", shown, "openat");
        using var socket = new SafeFd(fd);
        if ((Trust.Stat(fd, shown).stx_mode & Libc.S_IFMT) != Libc.S_IFSOCK)
            throw KernelError.From("make", shown, "openat", Errno.EEXIST);
        if (Libc.fchmodat(Libc.AT_FDCWD, string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{fd}"), 0x1FF /* 0777 */, 0) != 0)
            throw KernelError.Last("make", shown, "fchmodat");
    }

    private static SafeFd NewSocket(int flags, string address)
    {
        int fd = Libc.socket(Libc.AF_UNIX, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC | flags, 0);
        return fd >= 0 ? new SafeFd(fd) : throw KernelError.Last(Doing, address, "socket");
    }
}
