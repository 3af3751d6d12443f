using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Seccomp;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Planning;

/// <summary>Where the pty master of a process with a terminal goes.</summary>
internal enum ConsoleTarget
{
    /// <summary>To the runtime over the channel.</summary>
    Channel,
    /// <summary>To the caller's console socket.</summary>
    Socket,
    /// <summary>To the supervisor.</summary>
    Supervisor,
}

/// <summary>What the plans of create and exec have in common.</summary>
internal abstract record PlanInput
{
    /// <summary>The container's configuration.</summary>
    public required OciSpec Spec { get; init; }

    /// <summary>Container id.</summary>
    public required string Id { get; init; }

    /// <summary>Facts about this machine.</summary>
    public required HostFacts Host { get; init; }

    /// <summary>Files to which the process writes "0" to join a cgroup (v1 tasks).</summary>
    public IReadOnlyList<string> CgroupJoinFiles { get; init; } = [];

    /// <summary>v2 cgroup directory that the process is born in, or null.</summary>
    public string? CgroupCloneDirectory { get; init; }

    /// <summary>The runtime moves the process into its cgroup; the process waits for that.</summary>
    public bool CgroupByRuntime { get; init; }

    /// <summary>Where the pty master goes when there is a terminal.</summary>
    public ConsoleTarget Console { get; init; }

    /// <summary>Descriptors of the runtime that the process inherits from number 3 on, as LISTEN_FDS.</summary>
    public IReadOnlyList<int> ListenFds { get; init; } = [];

    /// <summary>Descriptors of the runtime that the process inherits after those.</summary>
    public IReadOnlyList<int> PreserveFds { get; init; } = [];

    /// <summary>RLIMIT_NOFILE of a process whose configuration has none; null for the runtime's own.</summary>
    public FileLimit? FileLimit { get; init; }

    /// <summary>The kernel has /proc/kcore.</summary>
    public bool HasKcore { get; init; }

    /// <summary>HOME for an environment without it; the caller has looked it up in the container's passwd.</summary>
    public string? Home { get; init; }

    /// <summary>Where the pidfd of the process is sent, or null.</summary>
    public string? PidfdSocket { get; init; }

    /// <summary>Where its pid is written, or null.</summary>
    public string? PidFile { get; init; }

    /// <summary>Keep the session keyring.</summary>
    public bool NoNewKeyring { get; init; }

    /// <summary>Turns linux.seccomp into a program: the compiler, or a cache in front of it.</summary>
    internal Func<OciSeccomp, SeccompProgram> CompileSeccomp { get; init; } = SeccompCompiler.Compile;

    /// <summary>The program that is loaded instead of linux.seccomp to record the system calls, or null.</summary>
    internal SeccompProgram? Recording { get; init; }
}

/// <summary>Input of <see cref="Planner.PlanCreate"/>.</summary>
internal sealed record CreatePlanInput : PlanInput
{
    /// <summary>Absolute path of the bundle: relative mount sources are resolved against it.</summary>
    public required string Bundle { get; init; }

    /// <summary>Absolute path of the root filesystem.</summary>
    public required string Rootfs { get; init; }

    /// <summary>Directories of the container's cgroup by controller, for the cgroup mount.</summary>
    public IReadOnlyDictionary<string, string> CgroupPaths { get; init; } = new Dictionary<string, string>();

    /// <summary>Cgroups below the container's own that the process is put into.</summary>
    public InnerCgroups InnerCgroups { get; init; } = InnerCgroups.None;

    /// <summary>Turns linux.resources into the limits that the new cgroup gets.</summary>
    internal Func<OciResources?, CgroupLimits> CgroupLimits { get; init; } = static _ => Cgroups.CgroupLimits.None;

    /// <summary>Types of linux.namespaces that are joined by a path and are the runtime's own.</summary>
    public IReadOnlyList<string> OwnNamespaces { get; init; } = [];

    /// <summary>A supervisor stays as the parent of the process.</summary>
    public bool Supervised { get; init; }

    /// <summary>How large the supervisor's log may grow.</summary>
    public LogLimit LogLimit { get; init; } = LogLimit.Default;

    /// <summary>The file with an oom_kill line, for the supervisor.</summary>
    public string? OomFile { get; init; }

    /// <summary>Wait for start on the channel (run) instead of the gate's socket (create).</summary>
    public bool GateOnChannel { get; init; }

    /// <summary>Use MS_MOVE and chroot(2) instead of pivot_root(2).</summary>
    public bool NoPivot { get; init; }
}

/// <summary>Input of <see cref="Planner.PlanAddMounts"/> and <see cref="Planner.PlanRemoveMounts"/>: a copy of the container's configuration, with the mounts to change in place of its own.</summary>
internal sealed record MountChangeInput : PlanInput
{
    /// <summary>Absolute path of the bundle: relative sources are resolved against it.</summary>
    public required string Bundle { get; init; }

    /// <summary>Absolute path of the root filesystem on the host.</summary>
    public required string Rootfs { get; init; }

    /// <summary>The directory of init's namespace files.</summary>
    public required string NamespaceDirectory { get; init; }

    /// <summary>The container's user namespace is not the runtime's.</summary>
    public required bool JoinsUserNamespace { get; init; }

    /// <summary>Init's root directory if it may differ from that of its mount namespace, else null.</summary>
    public string? Root { get; init; }
}

/// <summary>Input of <see cref="Planner.PlanExec"/>; namespaces are joined through init's pidfd.</summary>
internal sealed record ExecPlanInput : PlanInput
{
    /// <summary>The process to start, complete.</summary>
    public required OciProcess Process { get; init; }

    /// <summary>Kinds of namespaces in which init differs from the runtime.</summary>
    public required CloneBits JoinNamespaces { get; init; }

    /// <summary>Init's root directory if it may differ from that of its mount namespace, else null.</summary>
    public string? Root { get; init; }
}
