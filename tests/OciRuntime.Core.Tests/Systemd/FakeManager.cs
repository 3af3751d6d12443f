using System.Net.Sockets;
using System.Text;
using OciRuntime.Bus;
using OciRuntime.Core.Systemd;
using OciRuntime.Tests.Shared;

namespace OciRuntime.Core.Tests.Systemd;

/// <summary>A bus with a manager behind it, for one client: it answers as a test says.</summary>
internal sealed class FakeManager : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _left = new();
    private Socket? _client;
    private uint _serial = 1000;

    internal FakeManager()
    {
        _listener.Bind(new UnixDomainSocketEndPoint(_directory["bus"]));
        _listener.Listen(8);
        _thread = new(Serve) { IsBackground = true };
    }

    internal BusAddress Address => new(_directory["bus"]);

    /// <summary>Calls as they came, in order: member and arguments.</summary>
    internal List<string> Calls { get; } = [];

    internal string Greeting { get; init; } = "OK 0123456789abcdef0123456789abcdef\r\n";

    internal string? Authentication { get; private set; }

    /// <summary>Answers a call; what it returns is sent. Null leaves it to <see cref="Default"/>.</summary>
    internal Func<FakeMessage, FakeManager, IEnumerable<byte[]>?> Answers { get; init; } = static (_, _) => null;

    /// <summary>The client has closed its end.</summary>
    internal bool IsLeft => _left.Wait(TimeSpan.FromSeconds(30));

    internal FakeManager Start()
    {
        _thread.Start();
        return this;
    }

    internal byte[] Return(FakeMessage call, string signature = "", params object[] body) =>
        new FakeMessage { Type = FakeMessageType.MethodReturn, Serial = ++_serial, ReplySerial = call.Serial, Sender = ":1.1", Signature = signature, Body = body }.Encode();

    internal byte[] Error(FakeMessage call, string name, string text = "no") =>
        new FakeMessage { Type = FakeMessageType.Error, Serial = ++_serial, ReplySerial = call.Serial, Sender = ":1.1", ErrorName = name, Signature = "s", Body = [text] }.Encode();

    internal byte[] JobRemoved(string job, string result, string sender = ":1.1") => new FakeMessage
    {
        Type = FakeMessageType.Signal,
        Serial = ++_serial,
        Sender = sender,
        Path = "/org/freedesktop/systemd1",
        Interface = "org.freedesktop.systemd1.Manager",
        Member = "JobRemoved",
        Signature = "uoss",
        Body = [7u, job, "x.scope", result],
    }.Encode();

    internal IEnumerable<byte[]> Default(FakeMessage call) => call.Member switch
    {
        "Hello" => [Return(call, "s", ":1.2")],
        "Get" => [Return(call, "v", BusVariant.Of((string)call.Body[1] == "Version" ? "252.22-1~deb12u1" : "/user.slice/user@5.service"))],
        "StartTransientUnit" or "StopUnit" => [Return(call, "o", "/job/1"), JobRemoved("/job/1", "done")],
        _ => [Return(call)],
    };

    public void Dispose()
    {
        _listener.Dispose();
        _client?.Dispose();
        if (_thread.IsAlive)
            _thread.Join();
        _left.Dispose();
        _directory.Dispose();
    }

    private void Serve()
    {
        try
        {
            _client = _listener.Accept();
            Authenticate(_client);
            while (true)
            {
                byte[] start = Receive(FakeMessage.FixedLength);
                byte[] rest = Receive((int)FakeMessage.LengthOf(start) - start.Length);
                FakeMessage call = FakeMessage.Decode([.. start, .. rest]);
                lock (Calls)
                    Calls.Add(string.Join(' ', call.Body.Select(VariantTextTests.Text).Prepend(call.Member!)));
                foreach (byte[] bytes in Answers(call, this) ?? Default(call))
                    Send(bytes);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or EndOfStreamException)
        {
            _left.Set(); // the client, or the test, has ended
        }
    }

    private void Authenticate(Socket client)
    {
        var text = new StringBuilder();
        for (string line = string.Empty; line != "BEGIN\r\n";)
        {
            line = string.Empty;
            while (!line.EndsWith("\r\n", StringComparison.Ordinal))
                line += (char)Receive(1)[0];
            text.Append(line);
            Authentication = text.ToString();
            if (line.Contains("AUTH ", StringComparison.Ordinal))
                client.Send(Encoding.ASCII.GetBytes(Greeting));
        }
    }

    // In small pieces, as a stream may come.
    private void Send(byte[] bytes)
    {
        for (int i = 0; i < bytes.Length; i += 1000)
            _client!.Send(bytes, i, Math.Min(1000, bytes.Length - i), SocketFlags.None);
    }

    private byte[] Receive(int count)
    {
        byte[] bytes = new byte[count];
        for (int at = 0; at < count;)
        {
            int got = _client!.Receive(bytes, at, count - at, SocketFlags.None);
            at += got > 0 ? got : throw new EndOfStreamException();
        }

        return bytes;
    }
}
