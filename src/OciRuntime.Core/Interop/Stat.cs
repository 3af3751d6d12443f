using System.Runtime.InteropServices;

namespace OciRuntime.Core.Interop;

/// <summary>sys/stat.h, and renameat of stdio.h.</summary>
internal static partial class Libc
{
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mkdirat(int directory, string path, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fchmod(int fd, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int renameat(int oldDirectory, string oldPath, int newDirectory, string newPath);
}
