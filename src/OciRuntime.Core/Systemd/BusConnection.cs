using System.Globalization;
using OciRuntime.Bus;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Systemd;

/// <summary>
/// Calls over D-Bus and the signals that follow them, without a thread of its own: the caller that waits reads. Every wait ends at the deadline of its call. The
/// other side is not trusted to follow the protocol: a violation is an error, and unrequested messages are ignored.
/// </summary>
internal sealed class BusConnection : IDisposable
{
    private const int MostSignals = 4096;

    private readonly BusSocket _socket;
    private readonly BusClient _client;
    private readonly BusAddress _address;
    private readonly int _timeout;
    private readonly Queue<BusMessage> _signals = new();

    private BusConnection(BusSocket socket, string uid, BusAddress address, int timeout)
    {
        _socket = socket;
        _client = new(socket, uid);
        _address = address;
        _timeout = timeout;
    }

    /// <summary>The service itself is at the other end.</summary>
    internal bool IsPeer => _address.Peer;

    /// <summary>Connects to the first address that answers, and authenticates (EXTERNAL: the kernel tells the server who we are).</summary>
    /// <param name="addresses">The addresses, in the order to try.</param>
    /// <param name="uid">Our uid as the server sees it; null, in a user namespace, leaves it to what the kernel tells the server.</param>
    /// <param name="timeout">Milliseconds for each call.</param>
    /// <exception cref="OciException">NotSupported: nobody answers; PermissionDenied; Timeout.</exception>
    internal static BusConnection Connect(IReadOnlyList<BusAddress> addresses, uint? uid, int timeout)
    {
        var tried = new List<string>();
        foreach (BusAddress address in addresses)
        {
            if (BusSocket.TryConnect(address, unnamed: uid is null, Environment.TickCount64 + timeout, out int errno) is not { } socket)
            {
                tried.Add($"{address}: {KernelError.Reason(errno)}");
                continue;
            }

            var connection = new BusConnection(socket, uid?.ToString(CultureInfo.InvariantCulture) ?? string.Empty, address, timeout);
            try
            {
                connection.Wait(connection.Begin(connection._client.ConnectAsync));
                return connection;
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        }

        throw new OciException(OciErrorCode.NotSupported, "connect to systemd: " + (tried.Count == 0 ? "no bus is known" : string.Join("; ", tried)))
        {
            Step = "systemd",
            Hint = "the systemd cgroup manager needs a running systemd and its bus (DBUS_SESSION_BUS_ADDRESS or XDG_RUNTIME_DIR for the user's own); otherwise use the cgroupfs manager",
        };
    }

    /// <summary>Sends a call without waiting for its answer.</summary>
    /// <returns>The call, for <see cref="Answer"/>.</returns>
    internal Task<BusMessage> Post(string destination, string path, string @interface, string member, string signature, params object[] arguments) =>
        Begin(() => _client.CallAsync(IsPeer ? null : destination, path, @interface, member, signature, arguments));

    /// <summary>Waits for the answer to a call: a return or an error. Signals that come meanwhile are kept.</summary>
    internal BusMessage Answer(Task<BusMessage> call)
    {
        Wait(call);
        return call.Result;
    }

    /// <summary>Queues signals of one kind from now on.</summary>
    internal void Watch(string path, string @interface, string member) => Wait(Begin(() => _client.WatchAsync(path, @interface, member, Keep)));

    /// <summary>Waits for a queued or new signal.</summary>
    internal BusMessage Signal(Func<BusMessage, bool> wanted)
    {
        Restart();
        Task<Exception?> end = _client.DisconnectedAsync();
        while (true)
        {
            while (_signals.TryDequeue(out BusMessage? kept))
            {
                if (wanted(kept))
                    return kept;
            }

            if (end.IsCompleted)
                throw Broken(end.Result);
            Receive();
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _socket.Dispose(); // if the client has not closed it yet
    }

    private void Restart() => _socket.Deadline = Environment.TickCount64 + _timeout;

    private void Keep(BusMessage signal)
    {
        if (_signals.Count >= MostSignals)
            throw new FormatException("it sends only signals");
        _signals.Enqueue(signal);
    }

    private T Begin<T>(Func<T> send)
        where T : Task
    {
        Restart();
        return Alone(send);
    }

    private void Wait(Task task)
    {
        Restart();
        while (!task.IsCompleted)
            Receive();
        if (task.Exception is { } e)
            throw Broken(e);
    }

    private void Receive()
    {
        if (Alone(_socket.TryReceive))
            return;
        // The client is working on another thread, as it does when the stack is short.
        if (Environment.TickCount64 >= _socket.Deadline)
            throw new OciException(OciErrorCode.Timeout, $"talk to systemd at {_address}: no answer in time") { Step = "systemd", Object = _address.ToString() };
        Thread.Sleep(1);
    }

    // Continuations of a socket read run immediately, on this thread: a synchronization context of the caller would move them to another one.
    private static T Alone<T>(Func<T> act)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return act();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private OciException Broken(Exception? why)
    {
        for (Exception? e = why; e is not null; e = e.InnerException)
        {
            if (e is OciException ours)
                return new OciException(ours.Code, ours.Message, why) { Step = ours.Step, Syscall = ours.Syscall, Object = ours.Object, Errno = ours.Errno };
        }

        return new OciException(OciErrorCode.Unknown, $"talk to systemd at {_address}: it broke the protocol: {why?.GetBaseException().Message}", why) { Step = "systemd", Object = _address.ToString() };
    }
}
