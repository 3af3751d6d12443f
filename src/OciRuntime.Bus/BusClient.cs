using Tmds.DBus.Protocol;

namespace OciRuntime.Bus;

/// <summary>A D-Bus client over a stream. It has no threads of its own: its tasks continue when reads and writes of the stream complete.</summary>
internal sealed class BusClient : IDisposable
{
    private static readonly MessageValueReader<BusMessage> s_read = static (message, _) =>
    {
        Reader body = message.GetBodyReader();
        return new() { Sender = message.SenderAsString, Body = BusValues.Read(ref body, message.SignatureAsString) };
    };

    private readonly DBusConnection _connection;

    /// <param name="stream">The stream to the server; closed with the client.</param>
    /// <param name="uid">Our uid as the server sees it, in digits.</param>
    internal BusClient(Stream stream, string uid) => _connection = new(new Options(stream, uid));

    /// <summary>Authenticates (EXTERNAL) and sends Hello, which a server that is not a bus may refuse.</summary>
    internal Task ConnectAsync() => _connection.ConnectAsync().AsTask();

    /// <summary>Sends a call; the task returns its answer.</summary>
    /// <param name="destination">A name on the bus; null without a bus.</param>
    /// <param name="path">Path of the object.</param>
    /// <param name="interface">The interface that the method belongs to.</param>
    /// <param name="member">The method.</param>
    /// <param name="signature">Types of the arguments; empty when there are none.</param>
    /// <param name="arguments">Values in the form of <see cref="BusVariant.Value"/>.</param>
    internal Task<BusMessage> CallAsync(string? destination, string path, string @interface, string member, string signature, object[] arguments)
    {
        MessageWriter writer = _connection.GetMessageWriter();
        try
        {
            writer.WriteMethodCallHeader(destination, path, @interface, member, signature.Length == 0 ? null : signature);
            BusValues.Write(ref writer, signature, arguments);
            return CallAsync(writer.CreateMessage());
        }
        finally
        {
            writer.Dispose();
        }
    }

    /// <summary>Passes on signals of one kind as they come.</summary>
    internal async Task WatchAsync(string path, string @interface, string member, Action<BusMessage> seen)
    {
        var rule = new MatchRule { Type = MessageType.Signal, Path = path, Interface = @interface, Member = member };
        void Hand(Notification<BusMessage> notification)
        {
            if (notification.HasValue)
                seen(notification.Value);
        }

        await _connection.AddMatchAsync(rule, s_read, Hand, emitOnCapturedContext: false, ObserverFlags.NoSubscribe).ConfigureAwait(false);
    }

    /// <summary>Completes when the connection ends, with the reason.</summary>
    internal Task<Exception?> DisconnectedAsync() => _connection.DisconnectedAsync();

    public void Dispose() => _connection.Dispose();

    private async Task<BusMessage> CallAsync(MessageBuffer call)
    {
        try
        {
            return await _connection.CallMethodAsync(call, s_read).ConfigureAwait(false);
        }
        catch (DBusErrorReplyException e)
        {
            // An error without a message has its name in place of it.
            return new() { ErrorName = e.ErrorName, Body = e.ErrorMessage == e.ErrorName ? [] : [e.ErrorMessage] };
        }
    }

    private sealed class Options(Stream stream, string uid) : DBusConnectionOptions
    {
        // Without a machine id the library would read it from a file; only services need it.
        protected override ValueTask<SetupResult> SetupAsync(CancellationToken cancellationToken) =>
            new(new SetupResult { ConnectionStream = stream, UserId = uid, MachineId = string.Empty });
    }
}
