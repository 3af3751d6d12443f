using System.Globalization;
using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Systemd.Bus;

/// <summary>
/// A client of D-Bus for calls and the signals that follow them, without threads: who waits reads. Every wait ends at the deadline of its
/// call. The other side is not trusted to keep the rules: what breaks them is an error, what was not asked for is left aside.
/// </summary>
internal sealed class BusConnection : IDisposable
{
    // Replies and signals here are some hundred bytes; PropertiesChanged of a peer may be some ten thousand.
    private const int MostMessage = 1 << 20;
    private const int MostSignals = 4096;
    private const int MostLine = 1024;

    private readonly BusSocket _socket;
    private readonly BusAddress _address;
    private readonly int _timeout;
    private readonly Queue<BusMessage> _signals = new();
    private byte[] _buffer = new byte[4096];
    private int _length;
    private uint _serial;
    private uint _hello; // 0, which is no serial, where there is no bus

    private BusConnection(BusSocket socket, BusAddress address, int timeout)
    {
        _socket = socket;
        _address = address;
        _timeout = timeout;
    }

    /// <summary>The service itself is at the other end.</summary>
    internal bool IsPeer => _address.Peer;

    /// <summary>Connects to the first address where somebody is, and says who we are (EXTERNAL: the kernel tells the server).</summary>
    /// <param name="addresses">In the order to try them.</param>
    /// <param name="uid">Our uid as the server sees it; null lets it ask the kernel alone, from a user namespace.</param>
    /// <param name="timeout">Milliseconds for each call.</param>
    /// <exception cref="OciException">NotSupported: nobody is there; PermissionDenied; Timeout.</exception>
    internal static BusConnection Connect(IReadOnlyList<BusAddress> addresses, uint? uid, int timeout)
    {
        var tried = new List<string>();
        foreach (BusAddress address in addresses)
        {
            if (BusSocket.TryConnect(address, Environment.TickCount64 + timeout, out int errno) is not { } socket)
            {
                tried.Add($"{address}: {KernelError.Reason(errno)}");
                continue;
            }

            var connection = new BusConnection(socket, address, timeout);
            try
            {
                connection.Authenticate(uid);
                if (!address.Peer)
                    connection._hello = connection.Post("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello", string.Empty);
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
            Hint = "the systemd cgroup manager needs a running systemd and its bus (DBUS_SESSION_BUS_ADDRESS or XDG_RUNTIME_DIR for a user's); without it use the cgroupfs manager",
        };
    }

    /// <summary>Sends a call without waiting for its answer.</summary>
    /// <returns>Its serial, for <see cref="Answer"/>.</returns>
    internal uint Post(string destination, string path, string @interface, string member, string signature, params object[] arguments)
    {
        var call = new BusMessage
        {
            Type = BusMessageType.MethodCall,
            Serial = ++_serial,
            Destination = IsPeer ? null : destination,
            Path = path,
            Interface = @interface,
            Member = member,
            Signature = signature,
            Body = arguments,
        };
        Restart();
        _socket.Send(call.Encode());
        return _serial;
    }

    /// <summary>Waits for the answer to a call: a return or an error. Signals that come meanwhile are kept.</summary>
    internal BusMessage Answer(uint serial)
    {
        Restart();
        while (true)
        {
            BusMessage message = Read();
            if (message.Type == BusMessageType.Error && message.ReplySerial == _hello && serial != _hello)
                throw Broken($"it refuses to take part ({message.ErrorName})");
            if (message.Type == BusMessageType.Signal)
                Keep(message);
            else if (message.Type is BusMessageType.MethodReturn or BusMessageType.Error && message.ReplySerial == serial)
                return message;
        }
    }

    /// <summary>Waits for a signal that was kept or comes.</summary>
    internal BusMessage Signal(Func<BusMessage, bool> wanted)
    {
        Restart();
        while (true)
        {
            while (_signals.TryDequeue(out BusMessage? kept))
            {
                if (wanted(kept))
                    return kept;
            }

            BusMessage message = Read();
            if (message.Type == BusMessageType.Signal)
                Keep(message);
        }
    }

    public void Dispose() => _socket.Dispose();

    private void Restart() => _socket.Deadline = Environment.TickCount64 + _timeout;

    private void Keep(BusMessage signal)
    {
        if (_signals.Count >= MostSignals)
            throw Broken("it sends nothing but signals");
        _signals.Enqueue(signal);
    }

    private void Authenticate(uint? uid)
    {
        string identity = uid is { } number
            ? "AUTH EXTERNAL " + Convert.ToHexStringLower(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)))
            : "AUTH EXTERNAL\r\nDATA"; // an empty identity: that of the socket's peer
        _socket.Send(Encoding.ASCII.GetBytes($"\0{identity}\r\nBEGIN\r\n"));
        string answer = Line();
        if (uid is null && answer == "DATA")
            answer = Line();
        if (answer.StartsWith("OK ", StringComparison.Ordinal) || answer == "OK")
            return;
        throw new OciException(OciErrorCode.PermissionDenied, $"connect to systemd at {_address}: it does not accept who we are ({Printable(answer)})") { Step = "systemd", Object = _address.ToString() };
    }

    private string Line()
    {
        while (true)
        {
            int end = _buffer.AsSpan(0, _length).IndexOf("\r\n"u8);
            if (end >= 0)
            {
                string line = Encoding.ASCII.GetString(_buffer, 0, end);
                Consume(end + 2);
                return line;
            }

            if (_length > MostLine)
                throw Broken("its greeting has no end");
            Fill(_length + 1);
        }
    }

    private BusMessage Read()
    {
        try
        {
            Fill(BusMessage.FixedLength);
            long length = BusMessage.LengthOf(_buffer);
            if (length > MostMessage)
                throw Broken($"a message of {length} bytes");
            Fill((int)length);
            BusMessage message = BusMessage.Decode(_buffer.AsSpan(0, (int)length));
            Consume((int)length);
            return message;
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw Broken(e.Message);
        }
    }

    private void Fill(int count)
    {
        while (_length < count)
        {
            if (_buffer.Length <= count)
                Array.Resize(ref _buffer, count + 4096);
            _length += _socket.Receive(_buffer.AsSpan(_length));
        }
    }

    private void Consume(int count)
    {
        _buffer.AsSpan(count, _length - count).CopyTo(_buffer);
        _length -= count;
    }

    private OciException Broken(string what) => new(OciErrorCode.Unknown, $"speak to systemd at {_address}: it broke the protocol: {Printable(what)}") { Step = "systemd", Object = _address.ToString() };

    private static string Printable(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (int i = 0; i < span.Length; i++)
            span[i] = char.IsControl(source[i]) ? '?' : source[i];
    });
}
