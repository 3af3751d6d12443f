using OciRuntime.Core.Criu;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Checkpoint;

/// <summary>Words and places of a request as criu wants them.</summary>
internal static class CriuSettings
{
    /// <summary>Options that go before those of the command.</summary>
    private const string DefaultConfigFile = "/etc/criu/runc.conf";

    /// <summary>The annotation that names another one.</summary>
    public const string ConfigFileAnnotation = "org.criu.config";

    public static CriuCgroupMode CgroupMode(string? word) => word switch
    {
        null => CriuCgroupMode.Default,
        "soft" => CriuCgroupMode.Soft,
        "full" => CriuCgroupMode.Full,
        "strict" => CriuCgroupMode.Strict,
        "ignore" => CriuCgroupMode.Ignore,
        _ => throw new OciException(OciErrorCode.InvalidArgument, $"criu knows no way \"{word}\" to treat cgroups: it is soft, full, strict or ignore") { Refusal = Refusal.UnknownCgroupsMode, Detail = word },
    };

    public static int? NetworkLock(string? word) => word switch
    {
        null => null,
        "iptables" => 1,
        "nftables" => 2,
        "skip" => 3,
        _ => throw new OciException(OciErrorCode.InvalidArgument, $"criu knows no lock \"{word}\" for connections: it is iptables, nftables or skip") { Refusal = Refusal.UnknownNetworkLock, Detail = word },
    };

    /// <summary>The file of an annotation; none when that is empty, and runc's when there is none.</summary>
    public static string? ConfigFile(OciSpec spec) =>
        spec.Annotations is { } annotations && annotations.TryGetValue(ConfigFileAnnotation, out string? file) ? file.Length > 0 ? file : null : DefaultConfigFile;

    /// <summary>Opens a directory of images or logs.</summary>
    /// <param name="path">Where.</param>
    /// <param name="what">Its name in errors.</param>
    /// <param name="make">It is made when it is not there.</param>
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

    /// <summary>The same error with what criu's log says of it.</summary>
    /// <param name="error">Of criu.</param>
    /// <param name="log">Path of its log.</param>
    /// <param name="warn">Takes all that the log has.</param>
    public static OciException Explain(OciException error, string log, Action<string> warn)
    {
        List<string> lines = CriuLog.Errors(log);
        foreach (string line in lines)
            warn(line);
        return error.Saying($"{error.Message}{(lines.Count > 0 ? ": " + lines[0] : string.Empty)}; its log is {log}");
    }
}
