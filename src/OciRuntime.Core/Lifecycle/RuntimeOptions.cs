using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Host;
using OciRuntime.Core.Planning;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

/// <summary>Options of a <see cref="ContainerRuntime"/>.</summary>
internal sealed record RuntimeOptions
{
    /// <summary>State root; null for /run/oci-runtime, or $XDG_RUNTIME_DIR/oci-runtime when rootless.</summary>
    public string? Root { get; init; }

    /// <summary>Which cgroup manager to use.</summary>
    public CgroupManagerKind CgroupManager { get; init; } = CgroupManagerKind.Cgroupfs;

    /// <summary>Do without cgroups that the caller may not make (<c>--rootless</c>); null for true unless the caller is root of the host.</summary>
    public bool? Rootless { get; init; }

    /// <summary>Receives progress and warnings; may be called from any thread.</summary>
    public Action<RuntimeLogLevel, string>? Log { get; init; }

    /// <summary>Words a warning of a plan differently; null for the core's own words.</summary>
    public Func<PlanWarning, string>? WarningWords { get; init; }

    /// <summary>Messages below this level are not generated.</summary>
    public RuntimeLogLevel LogLevel { get; init; }

    /// <summary>
    /// The original RLIMIT_NOFILE of this process, if it has raised its own since: containers whose configuration has no such limit, and hooks,
    /// get this one.
    /// </summary>
    public FileLimit? CallerFileLimit { get; init; }

    /// <summary>
    /// The service manager's socket, as in NOTIFY_SOCKET (sd_notify(3)): new containers can notify that they are ready, and a start waits until they
    /// do and tells the manager. Null for none.
    /// </summary>
    public string? NotifySocket { get; init; }

    /// <summary>This process may list the same root repeatedly, as a session does: keep data that a later listing need not read again (<see cref="SeenContainers"/>).</summary>
    public bool ListsAgain { get; init; }

    /// <summary>Log the nanoseconds of each step as messages of level Debug.</summary>
    public bool Timeline { get; init; }

    /// <summary>Receives the timeline of each launch, before its create or exec returns.</summary>
    public Action<LaunchTimeline>? Measured { get; init; }

    /// <summary>The mounted resctrl filesystem; tests use another directory.</summary>
    internal string ResctrlRoot { get; init; } = ResctrlGroup.DefaultRoot;

    /// <summary>Index of a step that the helper makes fail without running it, for tests of the undo.</summary>
    internal int? FaultStep { get; init; }

    /// <summary>The errno that it fails with.</summary>
    internal int FaultErrno { get; init; }
}

/// <summary>Level of a message to <see cref="RuntimeOptions.Log"/>.</summary>
internal enum RuntimeLogLevel
{
    /// <summary>Messages of the helper and of criu, times of steps.</summary>
    Debug,
    /// <summary>One line for each step.</summary>
    Info,
    /// <summary>A problem that is not an error.</summary>
    Warning,
}
