using System.Runtime.InteropServices;

namespace OciRuntime.Core.Interop;

/// <summary>linux/openat2.h.</summary>
internal static unsafe partial class Libc
{
    public const ulong RESOLVE_NO_XDEV = 0x01;
    public const ulong RESOLVE_NO_MAGICLINKS = 0x02;
    public const ulong RESOLVE_NO_SYMLINKS = 0x04;
    public const ulong RESOLVE_IN_ROOT = 0x10;

    [StructLayout(LayoutKind.Sequential)]
    public struct open_how
    {
        public ulong flags;
        public ulong mode;
        public ulong resolve;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial long syscall_openat2(long number, int directory, string path, open_how* how, nint size);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long syscall_openat2(long number, int directory, byte* path, open_how* how, nint size);

    public static int openat2(int directory, string path, in open_how how)
    {
        fixed (open_how* pointer = &how)
            return (int)syscall_openat2(SyscallNumbers.openat2, directory, path, pointer, sizeof(open_how));
    }

    /// <summary>The same for a name that may not be valid text; it ends with a NUL.</summary>
    public static int openat2(int directory, ReadOnlySpan<byte> path, in open_how how)
    {
        fixed (byte* name = path)
        fixed (open_how* pointer = &how)
            return (int)syscall_openat2(SyscallNumbers.openat2, directory, name, pointer, sizeof(open_how));
    }
}
