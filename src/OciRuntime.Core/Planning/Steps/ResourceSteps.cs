using System.Buffers.Binary;

namespace OciRuntime.Core.Planning.Steps;

/// <summary>oom_score_adj (proc_pid_oom_score_adj(5)).</summary>
internal sealed record OomScoreStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "oom_score";

    internal override StepKind Kind => StepKind.OomScore;

    /// <inheritdoc/>
    public override string Object => FlagText.Number(Score);

    /// <summary>-1000 to 1000.</summary>
    public required int Score { get; init; }

    internal override void Write(IStepFields fields) => fields.Number(0, (ulong)(long)Score);
}

/// <summary>prlimit(2).</summary>
internal sealed record RlimitStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "rlimit";

    internal override StepKind Kind => StepKind.Rlimit;

    /// <inheritdoc/>
    public override string Object => Type;

    /// <inheritdoc/>
    public override string Detail => Text(Soft) + ":" + Text(Hard);

    /// <summary>RLIMIT_* name.</summary>
    public required string Type { get; init; }

    /// <summary>Its number.</summary>
    public required int Resource { get; init; }

    /// <summary>Soft limit; the highest value means unlimited.</summary>
    public required ulong Soft { get; init; }

    /// <summary>Hard limit.</summary>
    public required ulong Hard { get; init; }

    internal override void Write(IStepFields fields)
    {
        fields.Number(0, (ulong)Resource);
        fields.Number(1, Soft);
        fields.Number(2, Hard);
    }

    private static string Text(ulong limit) => limit == ulong.MaxValue ? "unlimited" : limit.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>sched_setattr(2).</summary>
internal sealed record SchedulerStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "scheduler";

    internal override StepKind Kind => StepKind.Scheduler;

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

    internal override void Write(IStepFields fields)
    {
        fields.Number(0, PolicyNumber);
        fields.Number(1, Flags);
        fields.Number(2, (uint)Nice | ((ulong)Priority << 32));
        if ((Runtime | Deadline | Period) == 0)
            return;
        Span<byte> times = stackalloc byte[24];
        BinaryPrimitives.WriteUInt64LittleEndian(times, Runtime);
        BinaryPrimitives.WriteUInt64LittleEndian(times[8..], Deadline);
        BinaryPrimitives.WriteUInt64LittleEndian(times[16..], Period);
        fields.Bytes(0, times);
    }
}

/// <summary>ioprio_set(2).</summary>
internal sealed record IoPriorityStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "ioprio";

    internal override StepKind Kind => StepKind.Ioprio;

    /// <inheritdoc/>
    public override string Object => Class;

    /// <inheritdoc/>
    public override string Detail => FlagText.Number(Value & 0x1fff);

    /// <summary>IOPRIO_CLASS_* name.</summary>
    public required string Class { get; init; }

    /// <summary>IOPRIO_PRIO_VALUE(class, data).</summary>
    public required uint Value { get; init; }

    internal override void Write(IStepFields fields) => fields.Number(0, Value);
}

/// <summary>sched_setaffinity(2).</summary>
internal sealed record AffinityStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "affinity";

    internal override StepKind Kind => StepKind.Affinity;

    /// <inheritdoc/>
    public override string Object => Cpus;

    /// <summary>A list such as 0-3,7.</summary>
    public required string Cpus { get; init; }

    /// <summary>The list as a cpu_set_t.</summary>
    public required ReadOnlyMemory<byte> Mask { get; init; }

    internal override void Write(IStepFields fields) => fields.Bytes(0, Mask.Span);
}

/// <summary>set_mempolicy(2).</summary>
internal sealed record MemoryPolicyStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "mempolicy";

    internal override StepKind Kind => StepKind.Mempolicy;

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

    internal override void Write(IStepFields fields)
    {
        fields.Number(0, ModeFlags);
        if (Mask.IsEmpty)
            return;
        fields.Bytes(0, Mask.Span);
        // The kernel uses one bit fewer than maxnode says (set_mempolicy(2)).
        fields.Number(1, ((ulong)Mask.Length * 8) + 1);
    }
}

/// <summary>personality(2).</summary>
internal sealed record PersonalityStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "personality";

    internal override StepKind Kind => StepKind.Personality;

    /// <inheritdoc/>
    public override string Object => Domain;

    /// <summary>LINUX or LINUX32.</summary>
    public required string Domain { get; init; }

    /// <summary>PER_* value.</summary>
    public required uint Value { get; init; }

    internal override void Write(IStepFields fields) => fields.Number(0, Value);
}
