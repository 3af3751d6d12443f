using System.Runtime.InteropServices;

namespace OciRuntime.Tests.Shared;

/// <summary>This process as a supervisor: orphans of its children become its own children (prctl(2)).</summary>
internal sealed partial class Subreaper : IDisposable
{
    private const int PR_SET_CHILD_SUBREAPER = 36;

    public Subreaper() => Set(1);

    public void Dispose() => Set(0);

    /// <summary>Waits for a child that this process did not start itself.</summary>
    /// <returns>Its exit status, or 128 and the signal's number.</returns>
    public static int Wait(int pid)
    {
        int result = waitpid(pid, out int status, 0);
        if (result != pid)
            throw new InvalidOperationException($"process {pid} is no child of this one");
        int signal = status & 0x7f;
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal;
    }

    private static void Set(nuint value)
    {
        if (prctl(PR_SET_CHILD_SUBREAPER, value, 0, 0, 0) != 0)
            throw new InvalidOperationException("PR_SET_CHILD_SUBREAPER failed");
    }

    [LibraryImport("libc")]
    private static partial int prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc")]
    private static partial int waitpid(int pid, out int status, int options);
}
