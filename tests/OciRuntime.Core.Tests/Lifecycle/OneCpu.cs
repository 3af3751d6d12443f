using System.ComponentModel;
using System.Runtime.InteropServices;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>This thread may run on CPU 0 alone, until the end.</summary>
internal sealed partial class OneCpu : IDisposable
{
    private readonly byte[] _before = new byte[1024];

    public OneCpu()
    {
        Check(GetAffinity(0, _before.Length, _before));
        Check(SetAffinity(0, sizeof(ulong), [1, 0, 0, 0, 0, 0, 0, 0]));
    }

    public void Dispose() => Check(SetAffinity(0, _before.Length, _before));

    [LibraryImport("libc", EntryPoint = "sched_getaffinity", SetLastError = true)]
    private static partial int GetAffinity(int thread, nint length, [Out] byte[] mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static partial int SetAffinity(int thread, nint length, byte[] mask);

    private static void Check(int result)
    {
        if (result < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }
}
