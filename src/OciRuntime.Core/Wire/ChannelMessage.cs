using System.Buffers.Binary;
using System.Text;
using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Wire;

/// <summary>struct oci_msg: a record on the channel, in either direction.</summary>
internal readonly struct ChannelMessage
{
    private static readonly ulong[] NoTimes = [];

    public ChannelMessage(MessageType type)
    {
        Type = type;
        Step = WireFormat.NoStep;
        Text = string.Empty;
        Timeline = NoTimes;
    }

    public MessageType Type { get; init; }

    /// <summary>Index of the step, or <see cref="WireFormat.NoStep"/>.</summary>
    public uint Step { get; init; }

    /// <summary>errno, positive.</summary>
    public int Error { get; init; }

    /// <summary>The operation that failed.</summary>
    public WireOp Op { get; init; }

    public ulong N0 { get; init; }

    public ulong N1 { get; init; }

    /// <summary>Detail of an error: a path, a hook's last output. It may come from the container, so control characters are replaced by blanks.</summary>
    public string Text { get; init; }

    /// <summary>CLOCK_MONOTONIC nanoseconds after each step (TIMELINE).</summary>
    public ulong[] Timeline { get; init; }

    /// <summary>Parses a record from the socket.</summary>
    /// <exception cref="OciException">HelperDied: the record is invalid.</exception>
    public static ChannelMessage Parse(ReadOnlySpan<byte> record)
    {
        if (record.Length is < WireFormat.MessageSize or > WireFormat.MaxRecord)
            throw Broken($"a record of {record.Length} bytes");
        uint type = BinaryPrimitives.ReadUInt32LittleEndian(record);
        if (type is not ((>= (uint)MessageType.Program and <= (uint)MessageType.Enter) or (>= (uint)MessageType.Cloned and <= (uint)MessageType.Criu)))
            throw Broken($"a record of type {type}");
        if (BinaryPrimitives.ReadUInt32LittleEndian(record[4..]) != record.Length)
            throw Broken("a record with a wrong length");
        uint textLength = BinaryPrimitives.ReadUInt32LittleEndian(record[20..]);
        if (textLength > WireFormat.MessageTextSize)
            throw Broken("a text that is too long");
        ulong n0 = BinaryPrimitives.ReadUInt64LittleEndian(record[24..]);
        return new ChannelMessage((MessageType)type)
        {
            Step = BinaryPrimitives.ReadUInt32LittleEndian(record[8..]),
            Error = BinaryPrimitives.ReadInt32LittleEndian(record[12..]) is >= 0 and int error ? error : throw Broken("a negative errno"),
            Op = (WireOp)BinaryPrimitives.ReadUInt32LittleEndian(record[16..]),
            N0 = n0,
            N1 = BinaryPrimitives.ReadUInt64LittleEndian(record[32..]),
            Text = TextOf(record.Slice(WireFormat.MessageText, (int)textLength)),
            Timeline = TimesOf((MessageType)type, n0, record[WireFormat.MessageSize..]),
        };
    }

    /// <summary>Writes the record; a text that does not fit is truncated.</summary>
    /// <returns>The bytes to send.</returns>
    public byte[] ToBytes()
    {
        byte[] record = new byte[WireFormat.MessageSize + (Timeline.Length * 8)];
        Span<byte> bytes = record;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)Type);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], (uint)record.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], Step);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], Error);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[16..], (uint)Op);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], Type == MessageType.Timeline ? (ulong)Timeline.Length : N0);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[32..], N1);
        Encoding.UTF8.GetEncoder().Convert(Text, bytes.Slice(WireFormat.MessageText, WireFormat.MessageTextSize), flush: true, out _, out int used, out _);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[20..], (uint)used);
        for (int i = 0; i < Timeline.Length; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[(WireFormat.MessageSize + (i * 8))..], Timeline[i]);
        return record;
    }

    private static string TextOf(ReadOnlySpan<byte> bytes)
    {
        string text = Encoding.UTF8.GetString(bytes).Trim();
        return string.Create(text.Length, text, static (span, from) =>
        {
            for (int i = 0; i < span.Length; i++)
                span[i] = char.IsControl(from[i]) ? ' ' : from[i];
        });
    }

    private static ulong[] TimesOf(MessageType type, ulong count, ReadOnlySpan<byte> bytes)
    {
        if (type != MessageType.Timeline)
            return bytes.IsEmpty ? NoTimes : throw Broken("a record that is too long");
        if (count > WireFormat.MaxSteps || (ulong)bytes.Length != count * 8)
            throw Broken("a timeline of the wrong size");
        ulong[] times = new ulong[count];
        for (int i = 0; i < times.Length; i++)
            times[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(i * 8)..]);
        return times;
    }

    private static OciException Broken(string what) => new(OciErrorCode.HelperDied, $"the helper broke the protocol: {what}") { Step = "channel" };
}
