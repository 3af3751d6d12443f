using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Lifecycle;

/// <summary>A terminal in raw mode until disposed: every key reaches the other side, including Ctrl+C.</summary>
internal sealed unsafe class RawTerminal : IDisposable
{
    private readonly int _fd;
    private Libc.termios _saved;
    private bool _raw;

    private RawTerminal(int fd, Libc.termios saved)
    {
        _fd = fd;
        _saved = saved;
    }

    /// <summary>Null if the descriptor is not a terminal.</summary>
    public static RawTerminal? TryEnter(int fd)
    {
        Libc.termios mode;
        if (Libc.ioctl(fd, Libc.TCGETS, &mode) != 0)
            return null;
        var terminal = new RawTerminal(fd, mode);
        mode = Libc.MakeRaw(mode);
        terminal._raw = Libc.ioctl(fd, Libc.TCSETS, &mode) == 0;
        return terminal;
    }

    /// <summary>Its size in characters; null if the descriptor is not a terminal.</summary>
    public static (int Rows, int Columns)? SizeOf(int fd)
    {
        Libc.winsize size;
        return Libc.ioctl(fd, Libc.TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? (size.ws_row, size.ws_col) : null;
    }

    public void Dispose()
    {
        if (!_raw)
            return;
        _raw = false;
        fixed (Libc.termios* saved = &_saved)
            _ = Libc.ioctl(_fd, Libc.TCSETS, saved);
    }
}
