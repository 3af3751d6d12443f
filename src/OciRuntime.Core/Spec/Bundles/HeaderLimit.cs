using System.Buffers.Binary;

namespace OciRuntime.Core.Spec.Bundles;

/// <summary>
/// A tar stream on its way to <see cref="System.Formats.Tar.TarReader"/>, which makes room for an entry that only describes the next one
/// (pax attributes, long names) before it reads it, as much as the header says. A header that asks for more than any of them needs is
/// refused here.
/// </summary>
internal sealed class HeaderLimit(Stream inner) : Stream
{
    private const int Block = 512;
    private const long MaxDescription = 1 << 20;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (buffer.Length != Block)
            return inner.Read(buffer);
        int length = inner.ReadAtLeast(buffer, Block, throwOnEndOfStream: false);
        if (length == Block && IsHeader(buffer) && buffer[156] is (byte)'x' or (byte)'g' or (byte)'L' or (byte)'K' && SizeOf(buffer.Slice(124, 12)) > MaxDescription)
            throw new InvalidDataException("an entry has a description of more than 1 MiB");
        return length;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    // A block of a file's content of that size may be read too: only a header has its own sum in it.
    private static bool IsHeader(ReadOnlySpan<byte> block)
    {
        int sum = 8 * ' ';
        for (int i = 0; i < Block; i++)
            sum += i is >= 148 and < 156 ? 0 : block[i];
        return Octal(block.Slice(148, 8)) == sum;
    }

    // Octal digits, or base 256 for what those can't say.
    private static long SizeOf(ReadOnlySpan<byte> field) =>
        (field[0] & 0x80) == 0 ? Octal(field) : field[..4] is [0x80, 0, 0, 0] ? BinaryPrimitives.ReadInt64BigEndian(field[4..]) is >= 0 and long size ? size : long.MaxValue : long.MaxValue;

    private static long Octal(ReadOnlySpan<byte> field)
    {
        long value = 0;
        foreach (byte digit in field.Trim(" \0"u8))
            value = digit is >= (byte)'0' and <= (byte)'7' ? (value * 8) + (digit - '0') : -1;
        return value;
    }
}
