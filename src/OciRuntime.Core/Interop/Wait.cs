using System.Runtime.InteropServices;

namespace OciRuntime.Core.Interop;

/// <summary>sys/wait.h and signal.h.</summary>
internal static unsafe partial class Libc
{
    public const int P_PID = 1;
    public const int WNOHANG = 1;
    public const int WEXITED = 4;
    public const int WNOWAIT = 0x1000000;
    public const int CLD_EXITED = 1;
    public const int SIGKILL = 9;
    public const int SIGCONT = 18;
    public const int SIGSTOP = 19;
    public const int SIGHUP = 1;
    public const int SIGINT = 2;
    public const int SIGTERM = 15;

    /// <summary>siginfo_t as waitid(2) fills it; 128 bytes on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    public struct siginfo_t
    {
        [FieldOffset(0)]
        public int si_signo;
        [FieldOffset(8)]
        public int si_code;
        [FieldOffset(16)]
        public int si_pid;
        [FieldOffset(24)]
        public int si_status;
    }

    [LibraryImport("libc", SetLastError = true)]
    public static partial int waitid(int idType, int id, siginfo_t* info, int options);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int pid, int signal);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int getpgid(int pid);
}
