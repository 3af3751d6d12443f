using System.Runtime.InteropServices;

namespace OciRuntime.Core.Interop;

/// <summary>sched.h: only what a thread of the runtime does to itself.</summary>
internal static partial class Libc
{
    [LibraryImport("libc", SetLastError = true)]
    public static partial int setns(int fd, CloneBits kind);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int unshare(CloneBits flags);

    public const int SCHED_FIFO = 1;
    public const int SCHED_RESET_ON_FORK = 0x40000000;

    /// <summary>sched_setscheduler(2); the parameter is one int, the priority, and process 0 is the calling thread.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial int sched_setscheduler(int thread, int policy, int* parameter);
}
