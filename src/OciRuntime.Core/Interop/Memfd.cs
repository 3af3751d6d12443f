using System.Runtime.InteropServices;

namespace OciRuntime.Core.Interop;

/// <summary>sys/mman.h: anonymous files.</summary>
internal static partial class Libc
{
    public const uint MFD_CLOEXEC = 1;
    public const uint MFD_ALLOW_SEALING = 2;
    public const uint MFD_EXEC = 0x10;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int memfd_create(string name, uint flags);
}
