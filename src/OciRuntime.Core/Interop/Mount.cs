using System.Runtime.InteropServices;

namespace OciRuntime.Core.Interop;

/// <summary>linux/mount.h: the calls that the runtime makes itself; the helper makes all others.</summary>
internal static unsafe partial class Libc
{
    public const uint OPEN_TREE_CLONE = 1;
    public const uint AT_RECURSIVE = 0x8000;
    public const uint MOVE_MOUNT_F_EMPTY_PATH = 0x4;

    [StructLayout(LayoutKind.Sequential)]
    public struct mount_attr
    {
        public MountAttributes attr_set;
        public MountAttributes attr_clr;
        public Propagation propagation;
        public ulong userns_fd;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial long syscall_open_tree(long number, int directory, string path, uint flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial long syscall_mount_setattr(long number, int directory, string path, uint flags, mount_attr* attributes, nint size);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial long syscall_move_mount(long number, int from, string fromPath, int to, string toPath, uint flags);

    public static int move_mount(int from, string fromPath, int to, string toPath, uint flags) =>
        (int)syscall_move_mount(SyscallNumbers.move_mount, from, fromPath, to, toPath, flags);

    public static int open_tree(int directory, string path, uint flags) => (int)syscall_open_tree(SyscallNumbers.open_tree, directory, path, flags);

    public static int mount_setattr(int directory, string path, uint flags, mount_attr attributes) =>
        (int)syscall_mount_setattr(SyscallNumbers.mount_setattr, directory, path, flags, &attributes, sizeof(mount_attr));
}
