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

    /// <summary>Host pid of init; 0 before it was cloned.</summary>
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

    /// <summary>Its root was changed by chroot.</summary>
    public bool NoPivot { get; init; }

    /// <summary>How much of its output is kept.</summary>
    public LogLimit LogLimit { get; init; } = LogLimit.Default;

    /// <summary>The steps of its launch that a start runs, and what their errors may be due to; numbers go up.</summary>
    public IReadOnlyList<RecordedStep> LateSteps { get; init; } = [];

    /// <summary>How many descriptors from 3 on its process inherits.</summary>
    public int InheritedFds { get; init; }

    /// <summary>What its standard streams were when it was made, where one of them is a pipe, as /proc/PID/fd names it: what a checkpoint must know of as its caller's.</summary>
    public IReadOnlyList<string> Stdio { get; init; } = [];

    /// <summary>criu has made its processes, in a time namespace of their own where the configuration names none (Linux 5.6).</summary>
    public bool Restored { get; init; }

    /// <summary>Its groups in resctrl, or null.</summary>
    public ResctrlGroup? Resctrl { get; init; }

    /// <summary>config.json has poststart or poststop hooks, which start and delete must read.</summary>
    public bool HasHooks { get; init; }

    /// <summary>Init is pid 1 of a namespace of its own: the kernel ends all its processes with it.</summary>
    public bool PrivatePid { get; init; }
}
