namespace OciRuntime.Core.Planning.Steps;

/// <summary>oom_score_adj (proc_pid_oom_score_adj(5)).</summary>
internal sealed record OomScoreStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "oom_score";

    /// <inheritdoc/>
    public override string Object => FlagText.Number(Score);

    /// <summary>-1000 to 1000.</summary>
    public required int Score { get; init; }
}

/// <summary>prlimit(2).</summary>
internal sealed record RlimitStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "rlimit";

    /// <inheritdoc/>
    public override string Object => Type;

    /// <inheritdoc/>
    public override string Detail => Text(Soft) + ":" + Text(Hard);

    /// <summary>RLIMIT_* name.</summary>
    public required string Type { get; init; }

    /// <summary>Its number.</summary>
    public required int Resource { get; init; }

    /// <summary>Soft limit; the highest value is unlimited.</summary>
    public required ulong Soft { get; init; }

    /// <summary>Hard limit.</summary>
    public required ulong Hard { get; init; }

    private static string Text(ulong limit) => limit == ulong.MaxValue ? "unlimited" : limit.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>sched_setattr(2).</summary>
internal sealed record SchedulerStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "scheduler";

    /// <inheritdoc/>
    public override string Object => Policy;

    /// <inheritdoc/>
    public override string Detail => FlagText.Words(
        Priority != 0 ? $"priority {Priority}" : Nice != 0 ? $"nice {Nice}" : string.Empty,
        (Runtime | Deadline | Period) != 0 ? $"runtime {Runtime} deadline {Deadline} period {Period}" : string.Empty);

    /// <summary>SCHED_* name.</summary>
    public required string Policy { get; init; }

    /// <summary>Its number.</summary>
    public required uint PolicyNumber { get; init; }

    /// <summary>SCHED_FLAG_*.</summary>
    public ulong Flags { get; init; }

    /// <summary>Nice value.</summary>
    public int Nice { get; init; }

    /// <summary>Static priority.</summary>
    public uint Priority { get; init; }

    /// <summary>SCHED_DEADLINE runtime, ns.</summary>
    public ulong Runtime { get; init; }

    /// <summary>SCHED_DEADLINE deadline, ns.</summary>
    public ulong Deadline { get; init; }

    /// <summary>SCHED_DEADLINE period, ns.</summary>
    public ulong Period { get; init; }
}

/// <summary>ioprio_set(2).</summary>
internal sealed record IoPriorityStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "ioprio";

    /// <inheritdoc/>
    public override string Object => Class;

    /// <inheritdoc/>
    public override string Detail => FlagText.Number(Value & 0x1fff);

    /// <summary>IOPRIO_CLASS_* name.</summary>
    public required string Class { get; init; }

    /// <summary>IOPRIO_PRIO_VALUE(class, data).</summary>
    public required uint Value { get; init; }
}

/// <summary>sched_setaffinity(2).</summary>
internal sealed record AffinityStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "affinity";

    /// <inheritdoc/>
    public override string Object => Cpus;

    /// <summary>List such as 0-3,7.</summary>
    public required string Cpus { get; init; }

    /// <summary>The same as a cpu_set_t.</summary>
    public required ReadOnlyMemory<byte> Mask { get; init; }
}

/// <summary>set_mempolicy(2).</summary>
internal sealed record MemoryPolicyStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "mempolicy";

    /// <inheritdoc/>
    public override string Object => Mode;

    /// <inheritdoc/>
    public override string Detail => Nodes;

    /// <summary>MPOL_* name.</summary>
    public required string Mode { get; init; }

    /// <summary>Mode number with MPOL_F_* flags.</summary>
    public required uint ModeFlags { get; init; }

    /// <summary>Node list.</summary>
    public string Nodes { get; init; } = string.Empty;

    /// <summary>Node mask in 64-bit words; empty for none.</summary>
    public ReadOnlyMemory<byte> Mask { get; init; }
}

/// <summary>personality(2).</summary>
internal sealed record PersonalityStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "personality";

    /// <inheritdoc/>
    public override string Object => Domain;

    /// <summary>LINUX or LINUX32.</summary>
    public required string Domain { get; init; }

    /// <summary>PER_* value.</summary>
    public required uint Value { get; init; }
}
