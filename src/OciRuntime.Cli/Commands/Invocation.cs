using OciRuntime.Cli.Arguments;
using OciRuntime.Cli.Output;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;

namespace OciRuntime.Cli.Commands;

/// <summary>One run of a command: its options and arguments, and the runtime that they select.</summary>
internal sealed class Invocation(ParsedArguments global, ParsedArguments own, Log log)
{
    private ContainerRuntime? _runtime;

    internal ParsedArguments Own => own;

    internal ParsedArguments Global => global;

    internal Log Log => log;

    /// <summary>The first argument: the container's id.</summary>
    internal string Id => own.Arguments[0];

    internal ContainerRuntime Runtime => _runtime ??= new ContainerRuntime(new RuntimeOptions
    {
        Root = global.Value("root"),
        CgroupManager = Manager(),
        Rootless = global.Value("rootless") switch
        {
            null or "auto" => null,
            "true" => true,
            "false" => false,
            string other => throw new OciException(OciErrorCode.InvalidArgument, $"invalid rootless: {other}"),
        },
        CallerFileLimit = Caller.FileLimit,
        NotifySocket = Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is { Length: > 0 } socket ? socket : null,
        Log = log.Write,
        WarningWords = RuncWords.Of,
        LogLevel = log.Level,
        Timeline = log.Level == RuntimeLogLevel.Debug,
    });

    /// <summary>Reports an error of one of several containers.</summary>
    internal void Fail(string message)
    {
        log.Error(message);
        if (log.ToFile)
            StandardStream.Error(message + "\n");
    }

    private CgroupManagerKind Manager()
    {
        if (global.Has("systemd-cgroup"))
            return CgroupManagerKind.Systemd;
        return global.Value("cgroup-manager") switch
        {
            null or "cgroupfs" => CgroupManagerKind.Cgroupfs,
            "systemd" => CgroupManagerKind.Systemd,
            "disabled" => CgroupManagerKind.Disabled,
            string other => throw new OciException(OciErrorCode.InvalidArgument, $"invalid cgroup-manager: {other}"),
        };
    }
}
