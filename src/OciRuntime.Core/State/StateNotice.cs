using System.Globalization;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.State;

/// <summary>
/// What a verb tells watchers of a state directory through inotify(7): the name of an empty file, made and immediately removed. It costs two system calls whether
/// anybody watches or not, holds nothing, and its failure does not fail the verb. The notice is given while the verb still holds the lock.
/// </summary>
internal static class StateNotice
{
    public const string Created = ".created";
    public const string Started = ".started";
    public const string StartFailed = ".start-failed";
    public const string Paused = ".paused";
    public const string Resumed = ".resumed";

    private const string ExecPrefix = ".exec-";

    /// <summary>Another process, with this pid, runs in the container.</summary>
    public static string Exec(int pid) => ExecPrefix + pid.ToString(CultureInfo.InvariantCulture);

    /// <summary>The pid of a notice of <see cref="Exec"/>, or null.</summary>
    public static int? PidOfExec(string name) =>
        name.StartsWith(ExecPrefix, StringComparison.Ordinal) && int.TryParse(name.AsSpan(ExecPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int pid) ? pid : null;

    public static void Tell(StateDirectory directory, string notice)
    {
        // A leftover of a killed verb is in the way.
        if (Libc.mknodat(directory.Fd, notice, Libc.S_IFREG | 0x180 /* 0600 */, 0) != 0 && Errno.Last == Errno.EEXIST)
        {
            _ = Libc.unlinkat(directory.Fd, notice, 0);
            _ = Libc.mknodat(directory.Fd, notice, Libc.S_IFREG | 0x180, 0);
        }
        _ = Libc.unlinkat(directory.Fd, notice, 0);
    }
}
