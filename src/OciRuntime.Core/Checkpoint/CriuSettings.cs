using OciRuntime.Core.Criu;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Checkpoint;

/// <summary>Settings of a request in the form that criu expects.</summary>
internal static class CriuSettings
{
    /// <summary>A file of options that override those of the command.</summary>
    private const string DefaultConfigFile = "/etc/criu/runc.conf";

    /// <summary>The annotation that names another file.</summary>
    public const string ConfigFileAnnotation = "org.criu.config";

    public static CriuCgroupMode CgroupMode(string? word) => word switch
    {
        null => CriuCgroupMode.Default,
        "soft" => CriuCgroupMode.Soft,
        "full" => CriuCgroupMode.Full,
        "strict" => CriuCgroupMode.Strict,
        "ignore" => CriuCgroupMode.Ignore,
        _ => throw new OciException(OciErrorCode.InvalidArgument, $"criu has no cgroups mode \"{word}\": it must be soft, full, strict or ignore") { Refusal = Refusal.UnknownCgroupsMode, Detail = word },
    };

    public static int? NetworkLock(string? word) => word switch
    {
        null => null,
        "iptables" => 1,
        "nftables" => 2,
        "skip" => 3,
        _ => throw new OciException(OciErrorCode.InvalidArgument, $"criu has no network lock \"{word}\": it must be iptables, nftables or skip") { Refusal = Refusal.UnknownNetworkLock, Detail = word },
    };

    /// <summary>The file that the annotation names; null when the annotation is empty, runc's file when there is no annotation.</summary>
    public static string? ConfigFile(OciSpec spec) =>
        spec.Annotations is { } annotations && annotations.TryGetValue(ConfigFileAnnotation, out string? file) ? file.Length > 0 ? file : null : DefaultConfigFile;

    /// <summary>Opens a directory of images or logs.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="what">Its name in errors.</param>
    /// <param name="make">Create it if it is missing.</param>
    public static SafeFd OpenDirectory(string path, string what, bool make)
    {
        if (make)
            Make(path, what);
        int fd = Libc.open(path, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
        return fd >= 0 ? new SafeFd(fd) : throw KernelError.Last($"open the {what} directory", path, "open");
    }

    private static void Make(string path, string what)
    {
        try
        {
            System.IO.Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (KernelError.IsOfFiles(e))
        {
            throw KernelError.From($"make the {what} directory", path, e);
        }
    }

    /// <summary>Adds what criu's log says to an error.</summary>
    /// <param name="error">The error of criu.</param>
    /// <param name="log">Path of its log.</param>
    /// <param name="warn">Receives all errors in the log.</param>
    public static OciException Explain(OciException error, string log, Action<string> warn)
    {
        List<string> lines = CriuLog.Errors(log);
        foreach (string line in lines)
            warn(line);
        return error.Saying($"{error.Message}{(lines.Count > 0 ? ": " + lines[0] : string.Empty)}; its log is {log}");
    }
}
