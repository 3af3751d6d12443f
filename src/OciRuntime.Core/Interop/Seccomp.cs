using System.Runtime.InteropServices;

namespace OciRuntime.Core.Interop;

/// <summary>linux/seccomp.h: what the kernel supports, and the answers to notifications of a filter (seccomp_unotify(2)).</summary>
internal static unsafe partial class Libc
{
    public const int SECCOMP_SET_MODE_FILTER = 1;
    public const ulong SECCOMP_IOCTL_NOTIF_RECV = 0xC0502100;
    public const ulong SECCOMP_IOCTL_NOTIF_SEND = 0xC0182101;
    public const ulong SECCOMP_IOCTL_NOTIF_SET_FLAGS = 0x40082104; // Linux 6.6
    public const ulong SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP = 1;
    public const uint SECCOMP_USER_NOTIF_FLAG_CONTINUE = 1; // Linux 5.5

    [StructLayout(LayoutKind.Sequential)]
    public struct seccomp_notif
    {
        public ulong id;
        public uint pid;
        public uint flags;
        public uint nr;
        public uint arch;
        public ulong instruction_pointer;
        public fixed ulong args[6];
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct seccomp_notif_resp
    {
        public ulong id;
        public long val;
        public int error;
        public uint flags;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long syscall_seccomp(long number, int operation, uint flags, void* arguments);

    /// <summary>seccomp(2).</summary>
    public static int seccomp(int operation, uint flags, void* arguments) => (int)syscall_seccomp(SyscallNumbers.seccomp, operation, flags, arguments);
}
