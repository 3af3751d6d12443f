using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Host;
using OciRuntime.Core.Planning;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

/// <summary>How a <see cref="ContainerRuntime"/> works.</summary>
internal sealed record RuntimeOptions
{
    /// <summary>State root; null is /run/oci-runtime, or $XDG_RUNTIME_DIR/oci-runtime when rootless.</summary>
    public string? Root { get; init; }

    /// <summary>Which cgroup manager to use.</summary>
    public CgroupManagerKind CgroupManager { get; init; } = CgroupManagerKind.Cgroupfs;

    /// <summary>Do without cgroups that the caller may not make (<c>--rootless</c>); null decides by whether the caller is root of the host.</summary>
    public bool? Rootless { get; init; }

    /// <summary>Receives progress and warnings; may be called from any thread.</summary>
    public Action<RuntimeLogLevel, string>? Log { get; init; }

    /// <summary>Says a warning of a plan otherwise; null: in the core's own words.</summary>
    public Func<PlanWarning, string>? WarningWords { get; init; }

    /// <summary>Messages below this level are not even made.</summary>
    public RuntimeLogLevel LogLevel { get; init; }

    /// <summary>
    /// RLIMIT_NOFILE as this process found it, when it has raised its own since: containers whose configuration has no such limit, and hooks,
    /// get this one.
    /// </summary>
    public FileLimit? CallerFileLimit { get; init; }

    /// <summary>
    /// The service manager's socket, as NOTIFY_SOCKET has it (sd_notify(3)): containers that are made can say that they are ready, a start waits until they
    /// do and tells the manager. Null is none.
    /// </summary>
    public string? NotifySocket { get; init; }

    /// <summary>This process may list the same root again and again, as a session does: keep what a later listing need not read anew (<see cref="SeenContainers"/>).</summary>
    public bool ListsAgain { get; init; }

    /// <summary>Record nanoseconds a step, as messages of the level Debug.</summary>
    public bool Timeline { get; init; }

    /// <summary>Receives the timeline of each launch, before its create or exec returns.</summary>
    public Action<LaunchTimeline>? Measured { get; init; }

    /// <summary>The mounted resctrl filesystem; tests have one of their own.</summary>
    internal string ResctrlRoot { get; init; } = ResctrlGroup.DefaultRoot;

    /// <summary>Index of a step that the helper lets fail without running it: tests of what is undone.</summary>
    internal int? FaultStep { get; init; }

    /// <summary>The errno it fails with.</summary>
    internal int FaultErrno { get; init; }
}

/// <summary>Level of a message to <see cref="RuntimeOptions.Log"/>.</summary>
internal enum RuntimeLogLevel
{
    /// <summary>The protocol.</summary>
    Debug,
    /// <summary>A line a step.</summary>
    Info,
    /// <summary>Something degraded.</summary>
    Warning,
}
