using System.Runtime.InteropServices;

namespace OciRuntime.Core.Interop;

/// <summary>asm-generic/ioctls.h and asm-generic/termbits.h: terminals.</summary>
internal static unsafe partial class Libc
{
    public const ulong TCGETS = 0x5401;
    public const ulong TCSETS = 0x5402;
    public const ulong TIOCGWINSZ = 0x5413;
    public const ulong TIOCSWINSZ = 0x5414;

    private const uint BRKINT = 0x2, ICRNL = 0x100, INPCK = 0x10, ISTRIP = 0x20, IXON = 0x400, IGNBRK = 0x1, PARMRK = 0x8, INLCR = 0x40, IGNCR = 0x80;
    private const uint OPOST = 0x1, ONLCR = 0x4, CSIZE = 0x30, PARENB = 0x100, CS8 = 0x30, ECHO = 0x8, ECHONL = 0x40, ICANON = 0x2, ISIG = 0x1, IEXTEN = 0x8000;
    private const int VTIME = 5, VMIN = 6;

    [StructLayout(LayoutKind.Sequential)]
    public struct termios
    {
        public uint c_iflag;
        public uint c_oflag;
        public uint c_cflag;
        public uint c_lflag;
        public byte c_line;
        public fixed byte c_cc[19];
    }

    /// <summary>As cfmakeraw(3), except for output: the other side's newlines have no carriage return.</summary>
    public static termios MakeRaw(termios mode)
    {
        mode.c_iflag &= ~(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
        mode.c_oflag |= OPOST | ONLCR;
        mode.c_lflag &= ~(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
        mode.c_cflag = (mode.c_cflag & ~(CSIZE | PARENB)) | CS8;
        mode.c_cc[VMIN] = 1;
        mode.c_cc[VTIME] = 0;
        return mode;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct winsize
    {
        public ushort ws_row;
        public ushort ws_col;
        public ushort ws_xpixel;
        public ushort ws_ypixel;
    }
}
