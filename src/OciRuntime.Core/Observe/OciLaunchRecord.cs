namespace OciRuntime.Core.Observe;

/// <summary>
/// What was launched, and what the kernel says of it: enough to tell later, or elsewhere, whether a container is still that one. It can be written as JSON and read again;
/// <see cref="LaunchRecords"/> makes and compares it. What can't be known here is null or empty.
/// </summary>
public sealed class OciLaunchRecord
{
    /// <summary>Container id.</summary>
    public string Id { get; init; } = string.Empty;

    /// <summary>Its status when the record was made. Of one that is created the program, and what it will have of capabilities and seccomp, is not there yet.</summary>
    public string Status { get; init; } = string.Empty;

    /// <summary>Absolute path of the bundle.</summary>
    public string Bundle { get; init; } = string.Empty;

    /// <summary>Host pid of init.</summary>
    public int Pid { get; init; }

    /// <summary>When init was born, in clock ticks after the boot (proc_pid_stat(5)): with the pid it names one process.</summary>
    public ulong StartTime { get; init; }

    /// <summary>SHA-256 of the configuration that it was made with; an update changes it.</summary>
    public string? ConfigHash { get; init; }

    /// <summary>SHA-256 of the launch plan: of its steps that the configuration asks for, in words.</summary>
    public string? PlanHash { get; init; }

    /// <summary>SHA-256 of the seccomp program in the plan; null where there is none.</summary>
    public string? SeccompHash { get; init; }

    /// <summary>SHA-256 of the helper that is there: of the supervisor, or of init before its program runs.</summary>
    public string? HelperHash { get; init; }

    /// <summary>The seals of the helper's file (fcntl(2), F_GET_SEALS), parted by blanks.</summary>
    public string? HelperSeals { get; init; }

    /// <summary>Inodes of the namespaces of init, by type.</summary>
    public Dictionary<string, string> Namespaces { get; init; } = [];

    /// <summary>Capabilities of init by set, parted by blanks.</summary>
    public Dictionary<string, string> Capabilities { get; init; } = [];

    /// <summary>Effective user and group of init, as the runtime sees them.</summary>
    public string? User { get; init; }

    /// <summary>no_new_privs is set.</summary>
    public bool? NoNewPrivileges { get; init; }

    /// <summary>How many seccomp filters init has (Linux 5.9).</summary>
    public int? SeccompFilters { get; init; }

    /// <summary>Security label of init, of the LSM that has one.</summary>
    public string? SecurityLabel { get; init; }

    /// <summary>Path of init's cgroup by controllers; <c>unified</c> is the v2 hierarchy.</summary>
    public Dictionary<string, string> Cgroups { get; init; } = [];

    /// <summary>Limits of the cgroup by the name of their file.</summary>
    public Dictionary<string, string> Limits { get; init; } = [];

    /// <summary>Number of the mount that is the root of init.</summary>
    public ulong? RootMountId { get; init; }

    /// <summary>What is mounted there: type and source.</summary>
    public string? RootMount { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Id;
}
