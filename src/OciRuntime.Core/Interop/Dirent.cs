using System.Runtime.InteropServices;

namespace OciRuntime.Core.Interop;

/// <summary>dirent.h, without a stream: getdents64(2).</summary>
internal static unsafe partial class Libc
{
    public const byte DT_UNKNOWN = 0;
    public const byte DT_DIR = 4;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long syscall_getdents64(long number, int fd, byte* buffer, nint size);

    public static int getdents64(int fd, byte* buffer, int size) => (int)syscall_getdents64(SyscallNumbers.getdents64, fd, buffer, size);
}
