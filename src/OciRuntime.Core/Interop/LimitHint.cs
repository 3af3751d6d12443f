using System.Globalization;

namespace OciRuntime.Core.Interop;

/// <summary>Which limit of the caller is the reason for an errno.</summary>
internal static unsafe class LimitHint
{
    private const string NoProcess = "EAGAIN: pids.max of the cgroup, or the user's process limit (ulimit -u), does not allow another process or thread";

    /// <returns>Null when the errno is not about a limit.</returns>
    public static string? For(string syscall, int errno) => errno switch
    {
        Errno.EMFILE => OpenFiles(),
        Errno.EAGAIN when syscall is "posix_spawn" or "clone" or "clone3" or "fork" or "pthread_create" => NoProcess,
        Errno.EFBIG when syscall == "write" => "the file size limit (ulimit -f) is too small",
        _ => null,
    };

    /// <summary>How many files this process may have open (RLIMIT_NOFILE of getrlimit(2)); 0 when it can't be read.</summary>
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
