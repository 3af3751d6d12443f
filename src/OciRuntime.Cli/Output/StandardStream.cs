using System.Text;
using OciRuntime.Core.Interop;

namespace OciRuntime.Cli.Output;

/// <summary>stdout and stderr by write(2): System.Console takes longer than the rest of a short command.</summary>
internal static class StandardStream
{
    internal static void Out(string text) => Out(Encoding.UTF8.GetBytes(text));

    /// <summary>
    /// Prints a result. A failed write is an error: a full disk must not look like success. When the reader has gone, the program
    /// ends by SIGPIPE like other programs.
    /// </summary>
    internal static void Out(ReadOnlySpan<byte> utf8)
    {
        if (TryWrite(1, utf8))
            return;
        int errno = Errno.Last;
        if (errno == Errno.EPIPE)
            Caller.EndBySigpipe();
        throw KernelError.From("write to", "stdout", "write", errno);
    }

    internal static void TryOut(string text) => TryWrite(1, Encoding.UTF8.GetBytes(text));

    internal static void Error(string text) => TryWrite(2, Encoding.UTF8.GetBytes(text));

    internal static bool TryWrite(int fd, ReadOnlySpan<byte> bytes) => Core.Files.SmallFile.TryWrite(fd, bytes);
}
