using System.Buffers.Binary;
using System.Text;
using OciRuntime.Bus;

namespace OciRuntime.Core.Tests.Systemd;

/// <summary>Unmarshals values, and does not take what the client marshalled on trust: a second opinion on the library that it uses.</summary>
internal ref struct FakeReader(ReadOnlySpan<byte> bytes)
{
    private const int MostArray = 1 << 26; // D-Bus Specification: 64 MiB
    private const int MostDepth = 64;

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _depth;

    internal int Position { get; private set; }

    internal readonly bool AtEnd => Position == _bytes.Length;

    internal void Align(int alignment)
    {
        foreach (byte padding in Take((alignment - (Position % alignment)) % alignment))
        {
            if (padding != 0)
                throw new FormatException("padding is not zero");
        }
    }

    internal byte Byte() => Take(1)[0];

    internal uint UInt32()
    {
        Align(4);
        ReadOnlySpan<byte> four = Take(4);
        return BinaryPrimitives.ReadUInt32LittleEndian(four);
    }

    internal ulong UInt64()
    {
        Align(8);
        ReadOnlySpan<byte> eight = Take(8);
        return BinaryPrimitives.ReadUInt64LittleEndian(eight);
    }

    internal string Text() => Terminated(UInt32());

    internal string Signature()
    {
        string signature = Terminated(Byte());
        BusSignature.Check(signature);
        return signature;
    }

    internal BusVariant Variant()
    {
        string signature = Signature();
        if (signature.Length == 0 || BusSignature.EndOfType(signature, 0) != signature.Length)
            throw new FormatException($"a variant of type \"{signature}\" is not one value");
        return new(signature, Value(signature));
    }

    /// <summary>The values of a row of complete types.</summary>
    internal object[] Values(string signature)
    {
        BusSignature.Check(signature);
        var values = new List<object>();
        for (int i = 0; i < signature.Length;)
        {
            int end = BusSignature.EndOfType(signature, i);
            values.Add(Value(signature[i..end]));
            i = end;
        }

        return [.. values];
    }

    private object Value(string signature)
    {
        if (++_depth > MostDepth)
            throw new FormatException("values are nested too deep");
        object value = signature[0] switch
        {
            'y' => Byte(),
            'b' => UInt32() switch { 0 => false, 1 => true, _ => throw new FormatException("a boolean is neither 0 nor 1") },
            'n' => (short)UInt16(),
            'q' => UInt16(),
            'i' => (int)UInt32(),
            'u' or 'h' => UInt32(),
            'x' => (long)UInt64(),
            't' => UInt64(),
            'd' => BitConverter.UInt64BitsToDouble(UInt64()),
            's' or 'o' => Text(),
            'g' => Signature(),
            'v' => Variant(),
            'a' => Array(signature[1..]),
            _ => Struct(signature[1..^1]),
        };
        _depth--;
        return value;
    }

    private ushort UInt16()
    {
        Align(2);
        ReadOnlySpan<byte> two = Take(2);
        return BinaryPrimitives.ReadUInt16LittleEndian(two);
    }

    private object Array(string type)
    {
        uint length = UInt32();
        if (length > MostArray)
            throw new FormatException("an array is longer than 64 MiB");
        Align(BusSignature.Alignment(type[0]));
        if (type == "y")
            return Take((int)length).ToArray();
        int end = Position + (int)length;
        if (end > _bytes.Length)
            throw Short();
        var elements = new List<object>();
        while (Position < end)
            elements.Add(Value(type));
        return Position == end ? elements.ToArray() : throw new FormatException("an array ends inside of an element");
    }

    private object[] Struct(string types)
    {
        Align(8);
        return Values(types);
    }

    private string Terminated(uint length)
    {
        if (length >= _bytes.Length - Position)
            throw Short();
        ReadOnlySpan<byte> text = Take((int)length);
        if (Byte() != 0 || text.Contains((byte)0))
            throw new FormatException("a string does not end at its NUL");
        return Encoding.UTF8.GetString(text);
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - Position)
            throw Short();
        Position += count;
        return _bytes.Slice(Position - count, count);
    }

    private static FormatException Short() => new("it ends too early");
}
