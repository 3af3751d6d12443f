using System.Runtime.InteropServices;

namespace OciRuntime.Core.Interop;

/// <summary>linux/seccomp.h, as far as one can ask what the kernel knows.</summary>
internal static unsafe partial class Libc
{
    public const int SECCOMP_SET_MODE_FILTER = 1;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long syscall_seccomp(long number, int operation, uint flags, void* arguments);

    /// <summary>seccomp(2).</summary>
    public static int seccomp(int operation, uint flags, void* arguments) => (int)syscall_seccomp(SyscallNumbers.seccomp, operation, flags, arguments);
}
