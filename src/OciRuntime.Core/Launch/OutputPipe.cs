using System.Globalization;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Launch;

/// <summary>
/// A pipe for the output of a program that is run to its end. One open file for both directions, so that a child left behind never writes to a
/// pipe without a reader: SIGPIPE would end it long after. When nobody reads any more, the pipe is made non-blocking as well.
/// </summary>
internal static unsafe class OutputPipe
{
    public static SafeFd Open()
    {
        int* ends = stackalloc int[2];
        if (Libc.pipe2(ends, Libc.O_CLOEXEC) != 0)
            throw KernelError.Last("make", "a pipe for a program", "pipe2");
        using SafeFd reader = new(ends[0]), writer = new(ends[1]);
        string path = "/proc/self/fd/" + ends[1].ToString(CultureInfo.InvariantCulture);
        int both = Libc.open(path, Libc.O_RDWR | Libc.O_CLOEXEC, 0);
        return both >= 0 ? new SafeFd(both) : throw KernelError.Last("open", path, "open");
    }
}
