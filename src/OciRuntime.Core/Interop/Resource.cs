using System.Runtime.InteropServices;

namespace OciRuntime.Core.Interop;

/// <summary>sys/resource.h.</summary>
internal static unsafe partial class Libc
{
    public const int RLIMIT_NOFILE = 7;

    public struct rlimit
    {
        public ulong rlim_cur;
        public ulong rlim_max;
    }

    [LibraryImport("libc", SetLastError = true)]
    public static partial int getrlimit(int resource, rlimit* limit);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setrlimit(int resource, rlimit* limit);
}
