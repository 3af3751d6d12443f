using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.State;

/// <summary>The content of state.json. Private to this runtime; nothing else reads it.</summary>
internal sealed record ContainerState
{
    /// <summary>Version of this layout. Readers take any version whose fields they understand.</summary>
    public const int CurrentFormat = 1;

    public int Format { get; init; } = CurrentFormat;

    public required string Id { get; init; }

    public required string OciVersion { get; init; }

    /// <summary>Host pid of init; 0 before the clone.</summary>
    public int Pid { get; init; }

    /// <summary>Init's start time, field 22 of /proc/PID/stat.</summary>
    public ulong StartTime { get; init; }

    public int SupervisorPid { get; init; }

    public ulong SupervisorStartTime { get; init; }

    public bool Supervised => SupervisorPid != 0;

    public required string Bundle { get; init; }

    public required string Rootfs { get; init; }

    public DateTimeOffset Created { get; init; }

    public uint OwnerUid { get; init; }

    public CgroupManagerKind CgroupManager { get; init; }

    public IReadOnlyDictionary<string, string> CgroupPaths { get; init; } = JsonMap.Empty;

    public IReadOnlyDictionary<string, string> Annotations { get; init; } = JsonMap.Empty;

    public IReadOnlyList<string> Args { get; init; } = [];

    public bool Rootless { get; init; }

    /// <summary>Its processes keep the session keyring of the runtime's caller.</summary>
    public bool NoNewKeyring { get; init; }

    /// <summary>Its root was changed with chroot.</summary>
    public bool NoPivot { get; init; }

    /// <summary>How much of its output is kept.</summary>
    public LogLimit LogLimit { get; init; } = LogLimit.Default;

    /// <summary>The launch steps that a start runs, and those that may explain their errors; in ascending order.</summary>
    public IReadOnlyList<RecordedStep> LateSteps { get; init; } = [];

    /// <summary>How many descriptors from 3 on its process inherits.</summary>
    public int InheritedFds { get; init; }

    /// <summary>Its standard streams at creation, as /proc/PID/fd names them, if one of them is a pipe: a checkpoint must know which pipes belong to the caller.</summary>
    public IReadOnlyList<string> Stdio { get; init; } = [];

    /// <summary>criu restored its processes, in a new time namespace if the configuration names none (Linux 5.6).</summary>
    public bool Restored { get; init; }

    /// <summary>Its resctrl groups, or null.</summary>
    public ResctrlGroup? Resctrl { get; init; }

    /// <summary>config.json has poststart or poststop hooks, which start and delete must read.</summary>
    public bool HasHooks { get; init; }

    /// <summary>Init is pid 1 of its own pid namespace: the kernel kills all processes of the container with it.</summary>
    public bool PrivatePid { get; init; }
}
