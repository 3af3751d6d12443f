using OciRuntime.Core.Interop;
using OciRuntime.Cli.Output;
using OciRuntime.Core.Lifecycle;

namespace OciRuntime.Cli.Terminal;

/// <summary>Carries bytes between our terminal, in raw mode, and the container's.</summary>
internal sealed unsafe class TerminalRelay : IDisposable
{
    private readonly ContainerProcess _process;
    private readonly int _master;
    private readonly bool _onTerminal;
    private readonly Thread _output;
    private Libc.termios _before;

    internal TerminalRelay(ContainerProcess process)
    {
        _process = process;
        _master = (int)process.Terminal!.DangerousGetHandle();
        fixed (Libc.termios* mode = &_before)
            _onTerminal = Libc.ioctl(0, Libc.TCGETS, mode) == 0;
        if (_onTerminal)
        {
            Libc.termios raw = Libc.MakeRaw(_before);
            _ = Libc.ioctl(0, Libc.TCSETS, &raw);
            TakeSize();
        }

        _output = new Thread(() => Copy(_master, 1)) { IsBackground = true };
    }

    /// <summary>Starts to carry. The reader of stdin ends with the process: a read of a terminal can't be called off.</summary>
    internal void Start()
    {
        _output.Start();
        new Thread(() => Copy(0, _master)) { IsBackground = true }.Start();
    }

    /// <summary>Waits until what the process wrote before its end has been printed: reading the master then fails with EIO.</summary>
    internal void Drain() => _output.Join(TimeSpan.FromSeconds(1));

    /// <summary>Gives the container's terminal the size of ours.</summary>
    internal void TakeSize()
    {
        Libc.winsize size;
        if (Libc.ioctl(0, Libc.TIOCGWINSZ, &size) == 0 && size.ws_row > 0)
            _process.Resize(size.ws_row, size.ws_col);
    }

    public void Dispose()
    {
        if (!_onTerminal)
            return;
        fixed (Libc.termios* mode = &_before)
            _ = Libc.ioctl(0, Libc.TCSETS, mode);
    }

    private static void Copy(int from, int to)
    {
        byte[] buffer = new byte[16384];
        while (true)
        {
            nint got;
            fixed (byte* start = buffer)
                got = Libc.read(from, start, buffer.Length);
            if (got < 0 && Errno.Last == Errno.EINTR)
                continue;
            if (got <= 0)
                return;
            StandardStream.Write(to, buffer.AsSpan(0, (int)got));
        }
    }
}
