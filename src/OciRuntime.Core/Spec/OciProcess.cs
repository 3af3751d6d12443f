namespace OciRuntime.Core.Spec;

/// <summary>process: what runs in the container.</summary>
public sealed class OciProcess
{
    /// <summary>A pseudo-terminal is the process's stdio and controlling terminal.</summary>
    public bool Terminal { get; set; }

    /// <summary>Size of the terminal in characters.</summary>
    public OciConsoleSize? ConsoleSize { get; set; }

    /// <summary>Ids the process runs with; absent means 0:0.</summary>
    public OciUser? User { get; set; }

    /// <summary>argv; the program is args[0].</summary>
    public List<string>? Args { get; set; }

    /// <summary>Environment as NAME=value.</summary>
    public List<string>? Env { get; set; }

    /// <summary>Working directory, absolute.</summary>
    public string Cwd { get; set; } = string.Empty;

    /// <summary>Capability sets; absent drops all of them.</summary>
    public OciCapabilities? Capabilities { get; set; }

    /// <summary>Resource limits (getrlimit(2)).</summary>
    public List<OciRlimit>? Rlimits { get; set; }

    /// <summary>Set PR_SET_NO_NEW_PRIVS.</summary>
    public bool NoNewPrivileges { get; set; }

    /// <summary>AppArmor profile to change to on exec.</summary>
    public string? ApparmorProfile { get; set; }

    /// <summary>oom_score_adj, -1000..1000; absent leaves the parent's value.</summary>
    public int? OomScoreAdj { get; set; }

    /// <summary>SELinux process label.</summary>
    public string? SelinuxLabel { get; set; }

    /// <summary>Scheduling policy (sched_setattr(2)).</summary>
    public OciScheduler? Scheduler { get; set; }

    /// <summary>I/O priority (ioprio_set(2)).</summary>
    public OciIOPriority? IOPriority { get; set; }

    /// <summary>CPU affinity of exec'ed processes.</summary>
    public OciExecCpuAffinity? ExecCPUAffinity { get; set; }
}

/// <summary>process.consoleSize.</summary>
public sealed class OciConsoleSize
{
    /// <summary>Rows.</summary>
    public uint Height { get; set; }

    /// <summary>Columns.</summary>
    public uint Width { get; set; }
}

/// <summary>process.user.</summary>
public sealed class OciUser
{
    /// <summary>User id inside the container.</summary>
    public uint Uid { get; set; }

    /// <summary>Group id inside the container.</summary>
    public uint Gid { get; set; }

    /// <summary>umask; absent means 0022.</summary>
    public uint? Umask { get; set; }

    /// <summary>Supplementary group ids.</summary>
    public List<uint>? AdditionalGids { get; set; }
}

/// <summary>process.capabilities: names such as CAP_NET_BIND_SERVICE, per set (capabilities(7)).</summary>
public sealed class OciCapabilities
{
    /// <summary>The bounding set.</summary>
    public List<string>? Bounding { get; set; }

    /// <summary>The effective set.</summary>
    public List<string>? Effective { get; set; }

    /// <summary>The inheritable set.</summary>
    public List<string>? Inheritable { get; set; }

    /// <summary>The permitted set.</summary>
    public List<string>? Permitted { get; set; }

    /// <summary>The ambient set.</summary>
    public List<string>? Ambient { get; set; }
}

/// <summary>process.rlimits[].</summary>
public sealed class OciRlimit
{
    /// <summary>RLIMIT_NOFILE and so on.</summary>
    public string Type { get; set; } = string.Empty;

    /// <summary>Hard limit; 18446744073709551615 is unlimited.</summary>
    public ulong Hard { get; set; }

    /// <summary>Soft limit.</summary>
    public ulong Soft { get; set; }
}

/// <summary>process.scheduler (sched_setattr(2)).</summary>
public sealed class OciScheduler
{
    /// <summary>SCHED_OTHER, SCHED_FIFO, SCHED_RR, SCHED_BATCH, SCHED_ISO, SCHED_IDLE or SCHED_DEADLINE.</summary>
    public string Policy { get; set; } = string.Empty;

    /// <summary>Nice value.</summary>
    public int? Nice { get; set; }

    /// <summary>Static priority.</summary>
    public int? Priority { get; set; }

    /// <summary>SCHED_FLAG_* names.</summary>
    public List<string>? Flags { get; set; }

    /// <summary>SCHED_DEADLINE runtime, ns.</summary>
    public ulong? Runtime { get; set; }

    /// <summary>SCHED_DEADLINE deadline, ns.</summary>
    public ulong? Deadline { get; set; }

    /// <summary>SCHED_DEADLINE period, ns.</summary>
    public ulong? Period { get; set; }
}

/// <summary>process.ioPriority.</summary>
public sealed class OciIOPriority
{
    /// <summary>IOPRIO_CLASS_RT, IOPRIO_CLASS_BE or IOPRIO_CLASS_IDLE.</summary>
    public string Class { get; set; } = string.Empty;

    /// <summary>0 (highest) to 7.</summary>
    public int Priority { get; set; }
}

/// <summary>process.execCPUAffinity.</summary>
public sealed class OciExecCpuAffinity
{
    /// <summary>CPU list before the process joins the container's cgroup.</summary>
    public string? Initial { get; set; }

    /// <summary>CPU list after it.</summary>
    public string? Final { get; set; }
}
