namespace OciRuntime.Core.Interop;

/// <summary>Numbers for syscall(2). From 424 on they are the same on every architecture.</summary>
internal static class SyscallNumbers
{
    public const long pidfd_send_signal = 424;
    public const long open_tree = 428;
    public const long move_mount = 429;
    public const long pidfd_open = 434;
    public const long openat2 = 437;
    public const long mount_setattr = 442;

    // Older than the shared numbers.
    public static long seccomp => System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64 ? 317 : 277;

    public static long getdents64 => System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64 ? 217 : 61;

    public static long bpf => System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64 ? 321 : 280;
}
