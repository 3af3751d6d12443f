using System.Globalization;

namespace OciRuntime.Core.Interop;

/// <summary>Which limit stands behind an errno, when it is one that the caller set.</summary>
internal static unsafe class LimitHint
{
    private const string NoProcess = "EAGAIN: pids.max of the cgroup, or the user's limit of processes (ulimit -u), leaves no process or thread";

    /// <returns>Null when the errno does not speak of one.</returns>
    public static string? For(string syscall, int errno) => errno switch
    {
        Errno.EMFILE => OpenFiles(),
        Errno.EAGAIN when syscall is "posix_spawn" or "clone" or "clone3" or "fork" or "pthread_create" => NoProcess,
        Errno.EFBIG when syscall == "write" => "the limit of file sizes (ulimit -f) is too small",
        _ => null,
    };

    /// <summary>How many files this process may have open (RLIMIT_NOFILE of getrlimit(2)); 0 when the kernel does not tell.</summary>
    public static ulong MostOpenFiles
    {
        get
        {
            Libc.rlimit limit;
            return Libc.getrlimit(Libc.RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 0;
        }
    }

    private static string OpenFiles() => MostOpenFiles is > 0 and var most
        ? $"the limit of open files (ulimit -n) is {most.ToString(CultureInfo.InvariantCulture)}"
        : "the limit of open files (ulimit -n) is too small";
}
