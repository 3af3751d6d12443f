using System.Runtime.InteropServices;

namespace OciRuntime.Core.Interop;

/// <summary>regex.h.</summary>
internal static unsafe partial class Libc
{
    public const int REG_EXTENDED = 1;
    public const int REG_NOSUB = 8;

    /// <summary>More than the size of regex_t in any C library (glibc: 64 bytes).</summary>
    public const int SizeOfRegex = 256;

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int regcomp(void* regex, string pattern, int flags);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int regexec(void* regex, string text, nuint matches, void* match, int flags);

    [LibraryImport("libc")]
    public static partial nuint regerror(int error, void* regex, byte* text, nuint size);

    [LibraryImport("libc")]
    public static partial void regfree(void* regex);
}
