using System.Buffers.Binary;
using System.Text;

namespace OciRuntime.Core.Tests.Bundles;

/// <summary>Writes tar members byte by byte, so that every field can lie.</summary>
#pragma warning disable CA1001 // a memory stream holds nothing
internal sealed class RawTar
{
    private readonly MemoryStream _stream = new();

    /// <summary>A member; <paramref name="change"/> alters its header before the sum is made.</summary>
    public RawTar Add(string name, char type = '0', byte[]? content = null, string link = "", Action<byte[]>? change = null)
    {
        byte[] header = new byte[512];
        Encoding.UTF8.GetBytes(name).CopyTo(header, 0);
        Encoding.ASCII.GetBytes("0000644\00000000\00000000\0").CopyTo(header, 100);
        SetNumber(header, 124, content?.Length ?? 0);
        SetNumber(header, 136, 1_000_000_000);
        header[156] = (byte)type;
        Encoding.UTF8.GetBytes(link).CopyTo(header, 157);
        Encoding.ASCII.GetBytes("ustar\000").CopyTo(header, 257);
        change?.Invoke(header);
        header.AsSpan(148, 8).Fill((byte)' ');
        Encoding.ASCII.GetBytes(Convert.ToString(header.Sum(b => b), 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
        _stream.Write(header);
        _stream.Write(content ?? []);
        _stream.SetLength((_stream.Length + 511) / 512 * 512);
        _stream.Position = _stream.Length;
        return this;
    }

    /// <summary>Attributes of the next member, values as bytes.</summary>
    public RawTar Pax(params (string Key, byte[] Value)[] records)
    {
        var text = new MemoryStream();
        foreach ((string key, byte[] value) in records)
        {
            int rest = 1 + Encoding.UTF8.GetByteCount(key) + 1 + value.Length + 1;
            int length = rest + rest.ToString().Length;
            length = rest + length.ToString().Length;
            text.Write(Encoding.UTF8.GetBytes($"{length} {key}="));
            text.Write(value);
            text.WriteByte((byte)'\n');
        }
        return Add("pax", 'x', text.ToArray());
    }

    public RawTar Pax(string key, string value) => Pax((key, Encoding.UTF8.GetBytes(value)));

    public byte[] ToArray() => [.. _stream.ToArray(), .. new byte[1024]];

    /// <summary>Twelve bytes of octal digits.</summary>
    public static void SetNumber(byte[] header, int offset, long value) =>
        Encoding.ASCII.GetBytes(Convert.ToString(value, 8).PadLeft(11, '0') + "\0").CopyTo(header, offset);

    /// <summary>Base 256, in as many bytes as the field has.</summary>
    public static void SetBinary(byte[] header, int offset, int length, long value)
    {
        header.AsSpan(offset, length).Fill(value < 0 ? (byte)0xFF : (byte)0);
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(number, value);
        (length > 8 ? number : number[(9 - length)..]).CopyTo(header.AsSpan(offset + (length > 8 ? length - 8 : 1)));
        header[offset] = value < 0 ? (byte)0xFF : (byte)0x80;
    }
}
