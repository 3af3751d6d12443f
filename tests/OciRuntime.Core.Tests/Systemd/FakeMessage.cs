using System.Buffers.Binary;
using OciRuntime.Bus;

namespace OciRuntime.Core.Tests.Systemd;

/// <summary>Kinds of messages.</summary>
internal enum FakeMessageType : byte
{
    MethodCall = 1,
    MethodReturn = 2,
    Error = 3,
    Signal = 4,
}

/// <summary>One message as a server sees it (D-Bus Specification, Message Format), little endian.</summary>
internal sealed record FakeMessage
{
    /// <summary>Bytes of the header that tell how long the message is.</summary>
    internal const int FixedLength = 16;

    private const byte NoReplyAutoStartAuthorization = 0;

    public required FakeMessageType Type { get; init; }

    public uint Serial { get; init; }

    public uint ReplySerial { get; init; }

    public string? Path { get; init; }

    public string? Interface { get; init; }

    public string? Member { get; init; }

    public string? ErrorName { get; init; }

    public string? Destination { get; init; }

    public string? Sender { get; init; }

    /// <summary>Types of <see cref="Body"/>; empty when there is none.</summary>
    public string Signature { get; init; } = string.Empty;

    public object[] Body { get; init; } = [];

    /// <summary>The bytes to send.</summary>
    internal byte[] Encode()
    {
        var body = new FakeWriter();
        int type = 0;
        foreach (object value in Body)
        {
            int end = BusSignature.EndOfType(Signature, type);
            body.Value(Signature[type..end], value);
            type = end;
        }

        var message = new FakeWriter();
        message.Byte((byte)'l');
        message.Byte((byte)Type);
        message.Byte(NoReplyAutoStartAuthorization);
        message.Byte(1); // version of the protocol
        message.UInt32((uint)body.Length);
        message.UInt32(Serial);
        message.Array('(', () =>
        {
            Field(message, 1, "o", Path);
            Field(message, 2, "s", Interface);
            Field(message, 3, "s", Member);
            Field(message, 4, "s", ErrorName);
            Field(message, 5, "u", ReplySerial == 0 ? null : ReplySerial);
            Field(message, 6, "s", Destination);
            Field(message, 7, "s", Sender);
            Field(message, 8, "g", Signature.Length == 0 ? null : Signature);
        });
        message.Align(8);
        return [.. message.Written, .. body.Written];
    }

    /// <summary>The length of the message whose first <see cref="FixedLength"/> bytes these are.</summary>
    /// <exception cref="FormatException">They are not the start of a message.</exception>
    internal static long LengthOf(ReadOnlySpan<byte> start)
    {
        if (start[0] != (byte)'l' || start[3] != 1)
            throw new FormatException("it does not begin as a message");
        uint body = Number(start[4..]), fields = Number(start[12..]);
        return FixedLength + ((fields + 7L) & ~7L) + body;
    }

    /// <summary>Takes a whole message apart.</summary>
    /// <exception cref="FormatException">It breaks the rules.</exception>
    internal static FakeMessage Decode(ReadOnlySpan<byte> bytes)
    {
        int bodyLength = checked((int)Number(bytes[4..]));
        int bodyStart = bytes.Length - bodyLength;
        int fieldsEnd = FixedLength + checked((int)Number(bytes[12..]));
        if (bodyStart < FixedLength || fieldsEnd > bodyStart)
            throw new FormatException("its lengths contradict each other");
        var reader = new FakeReader(bytes[..fieldsEnd]);
        for (int i = 0; i < FixedLength / 4; i++)
            reader.UInt32();
        var message = new FakeMessage { Type = (FakeMessageType)bytes[1], Serial = Number(bytes[8..]) };
        while (!reader.AtEnd)
        {
            reader.Align(8);
            byte code = reader.Byte();
            message = message.With(code, reader.Variant());
        }

        var body = new FakeReader(bytes[bodyStart..]);
        object[] values = body.Values(message.Signature);
        if (!body.AtEnd)
            throw new FormatException("its body is longer than its signature says");
        return message with { Body = values };
    }

    private FakeMessage With(byte code, BusVariant field) => (code, field.Value) switch
    {
        (1, string path) => this with { Path = path },
        (2, string name) => this with { Interface = name },
        (3, string name) => this with { Member = name },
        (4, string name) => this with { ErrorName = name },
        (5, uint serial) => this with { ReplySerial = serial },
        (6, string name) => this with { Destination = name },
        (7, string name) => this with { Sender = name },
        (8, string signature) when field.Signature == "g" => this with { Signature = signature },
        ( >= 1 and <= 8, _) => throw new FormatException($"header field {code} has the type {field.Signature}"),
        _ => this, // unknown fields are to be ignored
    };

    private static void Field(FakeWriter message, byte code, string type, object? value)
    {
        if (value is null)
            return;
        message.Align(8);
        message.Byte(code);
        message.Variant(new(type, value));
    }

    private static uint Number(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
