using System.Text;
using OciRuntime.Core.Interop;

namespace OciRuntime.Cli.Output;

/// <summary>stdout and stderr by write(2): System.Console costs more than the rest of a short command.</summary>
internal static unsafe class StandardStream
{
    internal static void Out(string text) => Write(1, Encoding.UTF8.GetBytes(text));

    internal static void Out(ReadOnlySpan<byte> utf8) => Write(1, utf8);

    internal static void Error(string text) => Write(2, Encoding.UTF8.GetBytes(text));

    internal static void Write(int fd, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            nint written;
            fixed (byte* start = bytes)
                written = Libc.write(fd, start, bytes.Length);
            if (written < 0 && Errno.Last == Errno.EINTR)
                continue;
            if (written <= 0)
                return;
            bytes = bytes[(int)written..];
        }
    }
}
