using System.Runtime.InteropServices;

namespace OciRuntime.Core.Interop;

/// <summary>sys/mount.h.</summary>
internal static partial class Libc
{
    public const ulong MS_BIND = 0x1000;
    public const int MNT_DETACH = 2;
    public const int UMOUNT_NOFOLLOW = 8;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mount(string source, string target, string? type, ulong flags, nint data);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int umount2(string target, int flags);
}
