using OciRuntime.Core.State;

namespace OciRuntime.Core.Observe;

/// <summary>Splits a log file into lines from an offset on, and can go on after the file has grown.</summary>
internal sealed class LogLines(LogFile file, long offset, long end = long.MaxValue)
{
    private byte[] _buffer = new byte[64 << 10];
    private int _start;
    private int _length;
    private long _offset = offset;

    public LogFile File => file;

    /// <summary>The next line without its newline, valid until the next call; false when there is no complete line yet.</summary>
    public bool TryNext(out ReadOnlySpan<byte> line)
    {
        for (int searched = _start; ;)
        {
            int newline = _buffer.AsSpan(searched.._length).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                line = _buffer.AsSpan(_start..(searched + newline));
                _start = searched + newline + 1;
                return true;
            }
            searched = _length - _start;
            if (!Fill())
            {
                line = default;
                return false;
            }
        }
    }

    /// <summary>The text after the last newline, of a file that is no longer written to.</summary>
    public ReadOnlySpan<byte> Rest() => _buffer.AsSpan(_start.._length);

    /// <summary>Moves the rest to the start of the buffer and reads more after it.</summary>
    private bool Fill()
    {
        _buffer.AsSpan(_start.._length).CopyTo(_buffer);
        _length -= _start;
        _start = 0;
        if (_length == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        int room = (int)Math.Min(_buffer.Length - _length, end - _offset);
        int got = room <= 0 ? 0 : RandomAccess.Read(file.Handle, _buffer.AsSpan(_length, room), _offset);
        _offset += got;
        _length += got;
        return got > 0;
    }
}
