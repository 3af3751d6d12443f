using Tmds.DBus.Protocol;

namespace OciRuntime.Bus;

/// <summary>A client of D-Bus over a stream. It has no threads of its own: its tasks go on when the stream gives and takes.</summary>
internal sealed class BusClient : IDisposable
{
    private static readonly MessageValueReader<BusMessage> s_read = static (message, _) =>
    {
        Reader body = message.GetBodyReader();
        return new() { Sender = message.SenderAsString, Body = BusValues.Read(ref body, message.SignatureAsString) };
    };

    private readonly DBusConnection _connection;

    /// <param name="stream">To the server; is closed with the client.</param>
    /// <param name="uid">As the server sees us, in digits.</param>
    internal BusClient(Stream stream, string uid) => _connection = new(new Options(stream, uid));

    /// <summary>Says who we are (EXTERNAL), and Hello, which a server that is not a bus may refuse.</summary>
    internal Task ConnectAsync() => _connection.ConnectAsync().AsTask();

    /// <summary>Sends a call; the task has its answer.</summary>
    /// <param name="destination">A name on the bus; null where there is none.</param>
    /// <param name="path">Of the object.</param>
    /// <param name="interface">That the method belongs to.</param>
    /// <param name="member">The method.</param>
    /// <param name="signature">Types of the arguments; empty when there are none.</param>
    /// <param name="arguments">As <see cref="BusVariant.Value"/> has them.</param>
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

    /// <summary>Hands on the signals of one kind as they come. That the bus sends them is asked of it apart.</summary>
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

    /// <summary>Ends with the connection, and has the reason.</summary>
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
            // An error without words has its name for them.
            return new() { ErrorName = e.ErrorName, Body = e.ErrorMessage == e.ErrorName ? [] : [e.ErrorMessage] };
        }
    }

    private sealed class Options(Stream stream, string uid) : DBusConnectionOptions
    {
        // A file is read for the machine's id where none is given; only services have a use for it.
        protected override ValueTask<SetupResult> SetupAsync(CancellationToken cancellationToken) =>
            new(new SetupResult { ConnectionStream = stream, UserId = uid, MachineId = string.Empty });
    }
}
