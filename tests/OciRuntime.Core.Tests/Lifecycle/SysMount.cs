using System.Runtime.InteropServices;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>sys/mount.h: mounts that a test makes around a container.</summary>
internal static partial class SysMount
{
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mount(string source, string target, string? type, ulong flags, nint data);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int umount2(string target, int flags);
}
