using Tmds.DBus.Protocol;

namespace OciRuntime.Bus;

/// <summary>Writes and reads values in the library's messages whose types are known only at run time.</summary>
internal static class BusValues
{
    private const int MostDepth = 64; // D-Bus Specification, Message Format: a message's limit

    /// <summary>Writes the values of a sequence of complete types.</summary>
    /// <exception cref="FormatException">The values do not match the types.</exception>
    internal static void Write(ref MessageWriter writer, string signature, object[] values)
    {
        int at = 0;
        foreach (object value in values)
        {
            int end = BusSignature.EndOfType(signature, at);
            Write(ref writer, signature[at..end], value);
            at = end;
        }
    }

    /// <summary>Reads the values of a sequence of complete types.</summary>
    /// <exception cref="FormatException">The signature is not one, or the values are nested too deeply.</exception>
    internal static object[] Read(ref Reader reader, string signature) => Read(ref reader, signature, 0);

    private static void Write(ref MessageWriter writer, string type, object value)
    {
        switch (type[0])
        {
            case 'y': writer.WriteByte((byte)value); break;
            case 'b': writer.WriteBool((bool)value); break;
            case 'n': writer.WriteInt16((short)value); break;
            case 'q': writer.WriteUInt16((ushort)value); break;
            case 'i': writer.WriteInt32((int)value); break;
            case 'u': writer.WriteUInt32((uint)value); break;
            case 'x': writer.WriteInt64((long)value); break;
            case 't': writer.WriteUInt64((ulong)value); break;
            case 'd': writer.WriteDouble((double)value); break;
            case 's' or 'o': writer.WriteString(Text((string)value)); break;
            case 'g': writer.WriteSignature((string)value); break;
            case 'v': WriteVariant(ref writer, (BusVariant)value); break;
            case 'a' when value is byte[] bytes: writer.WriteArray(bytes); break;
            case 'a': WriteArray(ref writer, type[1..], (object[])value); break;
            case '(' or '{':
                writer.WriteStructureStart();
                Write(ref writer, type[1..^1], (object[])value);
                break;
            default: throw new FormatException($"type {type} can't be sent");
        }
    }

    private static string Text(string value) =>
        value.Contains('\0', StringComparison.Ordinal) ? throw new FormatException("a D-Bus string can't contain a NUL") : value;

    private static void WriteVariant(ref MessageWriter writer, BusVariant variant)
    {
        writer.WriteSignature(variant.Signature);
        Write(ref writer, variant.Signature, variant.Value);
    }

    private static void WriteArray(ref MessageWriter writer, string type, object[] values)
    {
        ArrayStart start = writer.WriteArrayStart((DBusType)type[0]);
        foreach (object value in values)
            Write(ref writer, type, value);
        writer.WriteArrayEnd(start);
    }

    private static object[] Read(ref Reader reader, string signature, int depth)
    {
        BusSignature.Check(signature);
        var values = new List<object>();
        for (int i = 0; i < signature.Length;)
        {
            int end = BusSignature.EndOfType(signature, i);
            values.Add(ReadOne(ref reader, signature[i..end], depth));
            i = end;
        }

        return [.. values];
    }

    private static object ReadOne(ref Reader reader, string type, int depth)
    {
        if (depth > MostDepth)
            throw new FormatException("values are nested too deeply");
        return type[0] switch
        {
            'y' => reader.ReadByte(),
            'b' => reader.ReadBool(),
            'n' => reader.ReadInt16(),
            'q' => reader.ReadUInt16(),
            'i' => reader.ReadInt32(),
            'u' or 'h' => reader.ReadUInt32(),
            'x' => reader.ReadInt64(),
            't' => reader.ReadUInt64(),
            'd' => reader.ReadDouble(),
            's' => reader.ReadString(),
            'o' => reader.ReadObjectPathAsString(),
            'g' => reader.ReadSignatureAsString(),
            'v' => ReadVariant(ref reader, depth + 1),
            'a' => ReadArray(ref reader, type[1..], depth + 1),
            _ => ReadStruct(ref reader, type[1..^1], depth + 1),
        };
    }

    private static BusVariant ReadVariant(ref Reader reader, int depth)
    {
        string type = reader.ReadSignatureAsString();
        return Read(ref reader, type, depth) is [object value] ? new(type, value) : throw new FormatException($"a variant of type \"{type}\" is not one value");
    }

    private static object ReadArray(ref Reader reader, string type, int depth)
    {
        if (type == "y")
            return reader.ReadArrayOfByte();
        ArrayEnd end = reader.ReadArrayStart((DBusType)type[0]);
        var elements = new List<object>();
        while (reader.HasNext(end))
            elements.Add(ReadOne(ref reader, type, depth));
        return elements.ToArray();
    }

    private static object[] ReadStruct(ref Reader reader, string types, int depth)
    {
        reader.AlignStruct();
        return Read(ref reader, types, depth);
    }
}
