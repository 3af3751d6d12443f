using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Planning.Steps;

/// <summary>
/// A process that keeps the runtime's ids and opens the sources of bind mounts, which the container's root may not reach. It exits after the last of them.
/// </summary>
internal sealed record OpenSourcesStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "sources";

    internal override StepKind Kind => StepKind.Sources;

    /// <inheritdoc/>
    public override string Object => "sources of binds";
}

/// <summary>setns(2) through a namespace file or a pidfd.</summary>
internal sealed record JoinNamespaceStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "join_ns";

    internal override StepKind Kind => StepKind.JoinNs;

    /// <inheritdoc/>
    public override string Object => FlagText.Namespaces(Namespaces);

    /// <inheritdoc/>
    public override string Detail => FlagText.Fd(Target);

    /// <summary>Which kinds; one for a namespace file.</summary>
    public required CloneBits Namespaces { get; init; }

    /// <summary>The namespace file, or a pidfd.</summary>
    public required PlanFd Target { get; init; }

    internal override PlanFd? Descriptor => Target;

    internal override void Write(IStepFields fields) => fields.Number(0, (ulong)Namespaces);
}

/// <summary>unshare(2): namespaces that are not made by the clone.</summary>
internal sealed record UnshareStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "unshare";

    internal override StepKind Kind => StepKind.Unshare;

    /// <inheritdoc/>
    public override string Object => FlagText.Namespaces(Namespaces);

    /// <summary>Which kinds.</summary>
    public required CloneBits Namespaces { get; init; }

    internal override void Write(IStepFields fields) => fields.Number(0, (ulong)Namespaces);
}

/// <summary>Offsets of a new time namespace, written before its first process is created (time_namespaces(7)).</summary>
internal sealed record TimeOffsetsStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "time_offsets";

    internal override StepKind Kind => StepKind.TimeOffsets;

    /// <inheritdoc/>
    public override string Object => "/proc/self/timens_offsets";

    /// <inheritdoc/>
    public override string Detail => Text.TrimEnd('\n').Replace('\n', ',');

    /// <summary>Lines of clock, seconds, nanoseconds.</summary>
    public required string Text { get; init; }

    internal override void Write(IStepFields fields) => fields.Text(0, Text);
}

/// <summary>What the helper waits for.</summary>
internal enum AwaitReason
{
    /// <summary>The runtime writes uid_map and gid_map.</summary>
    IdMaps = 1,
    /// <summary>The runtime runs prestart and createRuntime hooks.</summary>
    RuntimeHooks = 2,
    /// <summary>The runtime fills the state for createContainer hooks.</summary>
    ContainerHooks = 3,
    /// <summary>The runtime moves the process into its cgroup.</summary>
    Cgroup = 4,
    /// <summary>The runtime moves the process into the cgroup that the container manages.</summary>
    Delegation = 5,
}

/// <summary>Waits for the runtime.</summary>
internal sealed record AwaitStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "await";

    internal override StepKind Kind => StepKind.Await;

    /// <inheritdoc/>
    public override string Object => Reason switch
    {
        AwaitReason.IdMaps => "id maps",
        AwaitReason.RuntimeHooks => "runtime hooks",
        AwaitReason.Cgroup => "cgroup",
        AwaitReason.Delegation => "delegated cgroup",
        _ => "state for hooks",
    };

    /// <summary>What for.</summary>
    public required AwaitReason Reason { get; init; }

    internal override void Write(IStepFields fields) => fields.Number(0, (ulong)Reason);
}

/// <summary>Takes the ids 0:0 in a new or joined user namespace.</summary>
internal sealed record BecomeRootStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "become_root";

    internal override StepKind Kind => StepKind.BecomeRoot;

    /// <inheritdoc/>
    public override string Object => "0:0";
}

/// <summary>clone3(2): the new process goes on with the plan.</summary>
internal sealed record CloneStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "clone";

    internal override StepKind Kind => StepKind.Clone;

    /// <inheritdoc/>
    public override string Object => Flags is CloneBits.None or CloneBits.CLONE_PARENT ? "process" : FlagText.Namespaces(Flags);

    /// <inheritdoc/>
    public override string Detail => Cgroup is null ? string.Empty : "into " + FlagText.Fd(Cgroup);

    /// <summary>Namespaces to make, and CLONE_PARENT.</summary>
    public required CloneBits Flags { get; init; }

    /// <summary>The v2 cgroup that the process is born in (CLONE_INTO_CGROUP), or null.</summary>
    public PlanFd? Cgroup { get; init; }

    internal override PlanFd? Descriptor => Cgroup;

    internal override void Write(IStepFields fields) => fields.Number(0, (ulong)Flags);
}

/// <summary>Writes "0" to a v1 <c>tasks</c> file: the writer moves itself.</summary>
internal sealed record JoinCgroupStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "join_cgroup";

    internal override StepKind Kind => StepKind.JoinCgroup;

    /// <inheritdoc/>
    public override string Object => FlagText.Fd(File);

    /// <summary>The file.</summary>
    public required PlanFd File { get; init; }

    internal override PlanFd? Descriptor => File;
}
