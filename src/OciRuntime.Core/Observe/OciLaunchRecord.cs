namespace OciRuntime.Core.Observe;

/// <summary>
/// What was launched, and what the kernel reports about it: enough to tell later, or elsewhere, whether a container is still the same. It can be written as JSON and read again;
/// <see cref="LaunchRecords"/> makes and compares it. Unknown values are null or empty.
/// </summary>
public sealed class OciLaunchRecord
{
    /// <summary>Container id.</summary>
    public string Id { get; init; } = string.Empty;

    /// <summary>Its status when the record was made. A created container does not have its program, its capabilities and its seccomp filters yet.</summary>
    public string Status { get; init; } = string.Empty;

    /// <summary>Absolute path of the bundle.</summary>
    public string Bundle { get; init; } = string.Empty;

    /// <summary>Host pid of init.</summary>
    public int Pid { get; init; }

    /// <summary>Start time of init, in clock ticks after boot (proc_pid_stat(5)): with the pid it names one process.</summary>
    public ulong StartTime { get; init; }

    /// <summary>SHA-256 of the container's configuration; an update changes it.</summary>
    public string? ConfigHash { get; init; }

    /// <summary>SHA-256 of the launch plan: the text of the steps that the configuration asks for.</summary>
    public string? PlanHash { get; init; }

    /// <summary>SHA-256 of the seccomp program in the plan; null when there is none.</summary>
    public string? SeccompHash { get; init; }

    /// <summary>SHA-256 of the helper's program, which the supervisor runs, and init until its program runs.</summary>
    public string? HelperHash { get; init; }

    /// <summary>The seals of the helper's file (fcntl(2), F_GET_SEALS), separated by spaces.</summary>
    public string? HelperSeals { get; init; }

    /// <summary>Inodes of the namespaces of init, by type.</summary>
    public Dictionary<string, string> Namespaces { get; init; } = [];

    /// <summary>Capabilities of init by set, separated by spaces.</summary>
    public Dictionary<string, string> Capabilities { get; init; } = [];

    /// <summary>Effective user and group of init, as the runtime sees them.</summary>
    public string? User { get; init; }

    /// <summary>no_new_privs is set.</summary>
    public bool? NoNewPrivileges { get; init; }

    /// <summary>How many seccomp filters init has (Linux 5.9).</summary>
    public int? SeccompFilters { get; init; }

    /// <summary>Security label of init, from the LSM that provides one.</summary>
    public string? SecurityLabel { get; init; }

    /// <summary>Path of init's cgroup by controllers; <c>unified</c> is the v2 hierarchy.</summary>
    public Dictionary<string, string> Cgroups { get; init; } = [];

    /// <summary>Limits of the cgroup by file name.</summary>
    public Dictionary<string, string> Limits { get; init; } = [];

    /// <summary>Mount ID of init's root.</summary>
    public ulong? RootMountId { get; init; }

    /// <summary>Filesystem type and source of that mount.</summary>
    public string? RootMount { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Id;
}
