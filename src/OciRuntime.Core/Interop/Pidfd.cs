using System.Runtime.InteropServices;

namespace OciRuntime.Core.Interop;

/// <summary>linux/pidfd.h.</summary>
internal static unsafe partial class Libc
{
    /// <summary>_IOWR(0xFF, 11, struct pidfd_info of 64 bytes), Linux 6.13.</summary>
    public const ulong PIDFD_GET_INFO = 0xC040FF0B;

    /// <summary>Ask for the exit status of a reaped process, Linux 6.15.</summary>
    public const ulong PIDFD_INFO_EXIT = 1UL << 3;

    [StructLayout(LayoutKind.Explicit, Size = 64)]
    public struct pidfd_info
    {
        [FieldOffset(0)]
        public ulong mask;
        [FieldOffset(60)]
        public int exit_code;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long syscall_pidfd_open(long number, int pid, uint flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long syscall_pidfd_send_signal(long number, int pidfd, int signal, void* info, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int ioctl(int fd, ulong request, void* argument);

    public static int pidfd_open(int pid) => (int)syscall_pidfd_open(SyscallNumbers.pidfd_open, pid, 0);

    public static int pidfd_send_signal(int pidfd, int signal) =>
        (int)syscall_pidfd_send_signal(SyscallNumbers.pidfd_send_signal, pidfd, signal, null, 0);
}
