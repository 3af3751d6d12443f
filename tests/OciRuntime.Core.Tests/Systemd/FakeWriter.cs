using System.Buffers.Binary;
using System.Text;
using OciRuntime.Bus;

namespace OciRuntime.Core.Tests.Systemd;

/// <summary>Marshals values, little endian (D-Bus Specification, Marshaling).</summary>
internal sealed class FakeWriter
{
    private byte[] _buffer = new byte[1024];

    internal int Length { get; private set; }

    internal ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    internal void Align(int alignment) => Take((alignment - (Length % alignment)) % alignment).Clear();

    internal void Byte(byte value) => Take(1)[0] = value;

    internal void UInt32(uint value)
    {
        Align(4);
        BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);
    }

    internal void UInt64(ulong value)
    {
        Align(8);
        BinaryPrimitives.WriteUInt64LittleEndian(Take(8), value);
    }

    /// <summary>A string or object path.</summary>
    internal void Text(string value)
    {
        if (value.Contains('\0', StringComparison.Ordinal))
            throw new FormatException("a string of D-Bus can't have a NUL");
        int length = Encoding.UTF8.GetByteCount(value);
        UInt32((uint)length);
        Encoding.UTF8.GetBytes(value, Take(length));
        Byte(0);
    }

    internal void Signature(string value)
    {
        Byte((byte)value.Length);
        Encoding.ASCII.GetBytes(value, Take(value.Length));
        Byte(0);
    }

    /// <summary>An array: its length in bytes, padding that does not count, the elements.</summary>
    internal void Array(char elementType, Action elements)
    {
        UInt32(0);
        int lengthAt = Length - 4;
        Align(BusSignature.Alignment(elementType));
        int start = Length;
        elements();
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(lengthAt), (uint)(Length - start));
    }

    internal void Variant(BusVariant variant)
    {
        Signature(variant.Signature);
        Value(variant.Signature, variant.Value);
    }

    /// <summary>A value of a complete type.</summary>
    /// <exception cref="FormatException">The value is none of the type.</exception>
    internal void Value(string signature, object value)
    {
        switch (signature[0])
        {
            case 'y': Byte((byte)value); break;
            case 'b': UInt32((bool)value ? 1u : 0u); break;
            case 'n': Align(2); BinaryPrimitives.WriteInt16LittleEndian(Take(2), (short)value); break;
            case 'q': Align(2); BinaryPrimitives.WriteUInt16LittleEndian(Take(2), (ushort)value); break;
            case 'i': UInt32((uint)(int)value); break;
            case 'u': UInt32((uint)value); break;
            case 'x': UInt64((ulong)(long)value); break;
            case 't': UInt64((ulong)value); break;
            case 'd': UInt64(BitConverter.DoubleToUInt64Bits((double)value)); break;
            case 's' or 'o': Text((string)value); break;
            case 'g': Signature((string)value); break;
            case 'v': Variant((BusVariant)value); break;
            case 'a': Elements(signature[1..], value); break;
            case '(' or '{': Members(signature[1..^1], (object[])value); break;
            default: throw new FormatException($"type {signature} can't be sent");
        }
    }

    private void Elements(string type, object value) => Array(type[0], () =>
    {
        if (value is byte[] bytes)
        {
            bytes.CopyTo(Take(bytes.Length));
            return;
        }

        foreach (object element in (object[])value)
            Value(type, element);
    });

    private void Members(string types, object[] values)
    {
        Align(8);
        int at = 0;
        foreach (object value in values)
        {
            int end = BusSignature.EndOfType(types, at);
            Value(types[at..end], value);
            at = end;
        }
    }

    private Span<byte> Take(int count)
    {
        if (Length + count > _buffer.Length)
            System.Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + count));
        Length += count;
        return _buffer.AsSpan(Length - count, count);
    }
}
