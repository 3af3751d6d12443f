using System.Globalization;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Planning;
using OciRuntime.Core.State;
using OciRuntime.Core.Systemd;
using OciRuntime.Core.Wire;

namespace OciRuntime.Core.Lifecycle;

/// <summary>
/// The verbs of the runtime, one method each, in a file of its own. Safe to use from several threads. An instance works on one state root.
/// </summary>
internal sealed partial class ContainerRuntime
{
    private readonly RuntimeOptions _options;
    private readonly StateRoot _root;
    private readonly Lazy<HostFacts> _host;

    /// <summary>Makes a runtime for a state root; accesses nothing yet.</summary>
    public ContainerRuntime(RuntimeOptions? options = null)
    {
        _options = options ?? new RuntimeOptions();
        _root = new StateRoot(_options.Root ?? StateRoot.DefaultPath(IsUsersOwn()));
        _host = new Lazy<HostFacts>(ReadHost);
    }

    /// <summary>The state root in use.</summary>
    public string Root => _root.Path;

    internal RuntimeOptions Options => _options;

    internal StateRoot StateRoot => _root;

    internal HostFacts Host => _host.Value;

    internal static SealedHelper Helper => SealedHelper.Shared;

    internal PlanImageOptions ImageOptions => new() { Timeline = _options.Timeline || _options.Measured is not null, FaultStep = _options.FaultStep, FaultErrno = _options.FaultErrno };

    internal void Log(RuntimeLogLevel level, string message)
    {
        if (Wants(level))
            _options.Log!(level, message);
    }

    private bool Wants(RuntimeLogLevel level) => _options.Log is not null && level >= _options.LogLevel;

    internal IContainerCgroup CgroupOf(ContainerState state) =>
        CgroupFactory.ForExisting(Host, state.CgroupManager, state.CgroupPaths, () =>
            ProcessStat.Read(state.Pid) is { IsDead: false } stat && stat.StartTime == state.StartTime ? NamespaceProcesses.Of(state.Pid, state.PrivatePid) : []);

    // Handles messages of the helper other than results: warnings, and the times of its steps.
    internal Action<HelperNotice>? NoticesOf(Action<HelperNotice>? timeline = null)
    {
        if (!Wants(RuntimeLogLevel.Warning) && _options.Measured is null)
            return null;
        return notice =>
        {
            if (notice.Record is { } record && Wants(RuntimeLogLevel.Debug))
                Log(RuntimeLogLevel.Debug, record.ToString());
            if (notice.Warning.Length > 0)
                Log(RuntimeLogLevel.Warning, notice.Warning);
            if (notice.Timeline.Length > 0)
                timeline?.Invoke(notice);
        };
    }

    // Reports the times once the process waits for the start.
    internal void TellTimes(LaunchPlan plan, HelperNotice? helper, RuntimeStepRunner runtime)
    {
        if (helper is not { } notice)
            return;
        LaunchTimeline timeline = LaunchTimeline.Of(plan, notice, runtime.Times);
        _options.Measured?.Invoke(timeline);
        if (!_options.Timeline)
            return;
        foreach (StepTime time in timeline.Times)
            Log(RuntimeLogLevel.Debug, string.Create(CultureInfo.InvariantCulture, $"{time.Nanoseconds,9} ns {plan.Steps[time.Index]}"));
    }

    internal void LogPlan(LaunchPlan plan)
    {
        foreach (PlanWarning warning in plan.Remarks)
            Log(RuntimeLogLevel.Warning, _options.WarningWords?.Invoke(warning) ?? warning.Text);
        if (!Wants(RuntimeLogLevel.Info))
            return;
        foreach (object step in plan.Steps)
            Log(RuntimeLogLevel.Info, step.ToString()!);
    }

    internal static OciException NotRunning(string id) =>
        new(OciErrorCode.ContainerNotRunning, $"container {id} is not running") { Object = id };

    private HostFacts ReadHost()
    {
        HostFacts host = HostFacts.Read();
        return _options.Rootless is { } rootless ? host with { RootlessCgroups = rootless } : host;
    }

    // Root of a user namespace uses the state root of the user, as in runc.
    private static bool IsUsersOwn() =>
        Libc.geteuid() != 0 || (Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } && Environment.GetEnvironmentVariable("USER") != "root" && HostFacts.InChildUserNamespace());
}
