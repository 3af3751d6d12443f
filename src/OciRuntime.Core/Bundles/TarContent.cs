namespace OciRuntime.Core.Bundles;

/// <summary>The content of one member: its bytes in the archive, and the padding to whole blocks.</summary>
internal sealed class TarContent(Stream tar, UnpackBudget budget, long size) : Stream
{
    private readonly long _size = size;
    private long _left = size;
    private long _padding = (TarHeader.Size - (size % TarHeader.Size)) % TarHeader.Size;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => _size;

    public override long Position
    {
        get => _size - _left;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (_left == 0 || buffer.Length == 0)
            return 0;
        int count = tar.Read(buffer.Length > _left ? buffer[..(int)_left] : buffer);
        if (count == 0)
            throw new EndOfStreamException("the archive ends in the middle of a file");
        budget.TakeBytes(count);
        _left -= count;
        return count;
    }

    /// <summary>Skips to the next header.</summary>
    public void Skip()
    {
        Span<byte> buffer = stackalloc byte[4096];
        while (Read(buffer) > 0)
        {
        }
        for (; _padding > 0; _padding = 0)
        {
            budget.TakeBytes(_padding);
            tar.ReadExactly(buffer[..(int)_padding]);
        }
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
