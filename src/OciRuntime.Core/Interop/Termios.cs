using System.Runtime.InteropServices;

namespace OciRuntime.Core.Interop;

/// <summary>asm-generic/ioctls.h: terminals.</summary>
internal static partial class Libc
{
    public const ulong TIOCSWINSZ = 0x5414;

    [StructLayout(LayoutKind.Sequential)]
    public struct winsize
    {
        public ushort ws_row;
        public ushort ws_col;
        public ushort ws_xpixel;
        public ushort ws_ypixel;
    }
}
