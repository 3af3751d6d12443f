using System.Buffers;
using System.Text;

namespace OciRuntime.Core.Criu;

/// <summary>
/// The part of the Protocol Buffers encoding that criu's messages need: numbers, strings and nested messages (protobuf.dev, "Encoding"). A library for it would
/// make <c>ocirun</c> a third larger, and the module would load an assembly that may clash with others in the session.
/// </summary>
internal sealed class ProtobufWriter
{
    private const int VarintType = 0;
    private const int LengthType = 2;

    private readonly ArrayBufferWriter<byte> _bytes = new(256);

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    /// <summary>A number or an enumeration; left out when it is null. A negative one is 64 bits wide.</summary>
    public void Number(int field, long? value)
    {
        if (value is not { } number)
            return;
        Varint((ulong)((field << 3) | VarintType));
        Varint((ulong)number);
    }

    /// <summary>A switch, written also when it is off: the reader's default may differ.</summary>
    public void Flag(int field, bool value) => Number(field, value ? 1 : 0);

    /// <summary>A text; left out when it is null.</summary>
    public void Text(int field, string? value)
    {
        if (value is not null)
            Bytes(field, Encoding.UTF8.GetBytes(value));
    }

    /// <summary>Each text as a value of a repeated field.</summary>
    public void Texts(int field, IReadOnlyList<string> values)
    {
        foreach (string value in values)
            Text(field, value);
    }

    /// <summary>A message.</summary>
    public void Message(int field, Action<ProtobufWriter> write)
    {
        var inner = new ProtobufWriter();
        write(inner);
        Bytes(field, inner.Written);
    }

    private void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Varint((ulong)((field << 3) | LengthType));
        Varint((ulong)value.Length);
        _bytes.Write(value);
    }

    private void Varint(ulong value)
    {
        Span<byte> encoded = stackalloc byte[10];
        int length = 0;
        for (; value >= 0x80; value >>= 7)
            encoded[length++] = (byte)(value | 0x80);
        encoded[length++] = (byte)value;
        _bytes.Write(encoded[..length]);
    }
}
