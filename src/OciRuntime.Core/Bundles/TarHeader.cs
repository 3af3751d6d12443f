using System.Buffers.Binary;
using System.Text;

namespace OciRuntime.Core.Bundles;

/// <summary>The 512 bytes before every member of a tar archive: ustar (pax(1)), GNU's and the oldest format.</summary>
internal readonly ref struct TarHeader
{
    public const int Size = 512;

    private readonly ReadOnlySpan<byte> _block;

    private TarHeader(ReadOnlySpan<byte> block) => _block = block;

    /// <summary>Type of the member: a digit or letter of the format.</summary>
    public char Type => (char)_block[156];

    /// <summary>The name, with ustar's prefix.</summary>
    public string Name
    {
        get
        {
            string name = Text(_block[..100]);
            // GNU's header ends in "ustar " and has other fields in place of the prefix.
            string prefix = _block[257..263].SequenceEqual("ustar\0"u8) ? Text(_block[345..500]) : string.Empty;
            return prefix.Length == 0 ? name : prefix + "/" + name;
        }
    }

    public string LinkName => Text(_block[157..257]);

    public uint Mode => (uint)(Number(_block[100..108], "mode") & 0xFFF);

    public long Uid => Number(_block[108..116], "uid");

    public long Gid => Number(_block[116..124], "gid");

    public long DataSize => Number(_block[124..136], "size");

    public long Time => Number(_block[136..148], "time");

    public long DeviceMajor => Number(_block[329..337], "device");

    public long DeviceMinor => Number(_block[337..345], "device");

    /// <summary>GNU's old format of a sparse file: its size including holes, up to four segments, and whether blocks with more of them follow.</summary>
    public long SparseSize => Number(_block[483..495], "size");

    public ReadOnlySpan<byte> SparseSegments => _block[386..482];

    public bool HasMoreSegments => _block[482] != 0;

    /// <summary>Parses a block.</summary>
    /// <exception cref="InvalidDataException">It is not a header: the checksum is wrong.</exception>
    public static TarHeader Parse(ReadOnlySpan<byte> block)
    {
        long sum = 8 * ' ';
        long signed = 8 * ' ';
        for (int i = 0; i < Size; i++)
        {
            if (i is >= 148 and < 156)
                continue;
            sum += block[i];
            signed += (sbyte)block[i];
        }
        // Some old programs summed signed bytes.
        return Number(block[148..156], "sum") is { } said && (said == sum || said == signed) ? new TarHeader(block) : throw new InvalidDataException("the checksum of a header is wrong");
    }

    /// <summary>A field's text up to its NUL.</summary>
    public static string Text(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    /// <summary>Octal digits, or two's complement in base 256 for other values; empty is 0.</summary>
    /// <exception cref="InvalidDataException">The field is neither, or exceeds 64 bits.</exception>
    public static long Number(ReadOnlySpan<byte> field, string what)
    {
        if ((field[0] & 0x80) != 0)
            return Binary(field, what);
        long value = 0;
        foreach (byte digit in field.Trim(" \0"u8))
        {
            if (digit is < (byte)'0' or > (byte)'7' || value > long.MaxValue >> 3)
                throw new InvalidDataException($"a {what} is not a number");
            value = (value << 3) + (digit - '0');
        }
        return value;
    }

    private static long Binary(ReadOnlySpan<byte> field, string what)
    {
        bool negative = field[0] == 0xFF;
        if (field[0] is not (0x80 or 0xFF))
            throw new InvalidDataException($"a {what} is too large");
        Span<byte> value = stackalloc byte[8];
        value.Fill(negative ? (byte)0xFF : (byte)0);
        ReadOnlySpan<byte> digits = field[1..];
        for (; digits.Length > 8; digits = digits[1..])
        {
            if (digits[0] != value[0])
                throw new InvalidDataException($"a {what} is too large");
        }
        digits.CopyTo(value[(8 - digits.Length)..]);
        long number = BinaryPrimitives.ReadInt64BigEndian(value);
        return number < 0 == negative ? number : throw new InvalidDataException($"a {what} is too large");
    }
}
