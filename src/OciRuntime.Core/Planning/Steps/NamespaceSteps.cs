using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Planning.Steps;

/// <summary>
/// A process that keeps the runtime's ids and opens the sources of binds for the container's, whose root may not get to them. It ends with the last of them.
/// </summary>
internal sealed record OpenSourcesStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "sources";

    /// <inheritdoc/>
    public override string Object => "sources of binds";
}

/// <summary>setns(2) through a namespace file or a pidfd.</summary>
internal sealed record JoinNamespaceStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "join_ns";

    /// <inheritdoc/>
    public override string Object => FlagText.Namespaces(Namespaces);

    /// <inheritdoc/>
    public override string Detail => FlagText.Fd(Target);

    /// <summary>Which kinds; one for a namespace file.</summary>
    public required CloneBits Namespaces { get; init; }

    /// <summary>The namespace file, or a pidfd.</summary>
    public required PlanFd Target { get; init; }
}

/// <summary>unshare(2): namespaces that can't be made by the clone.</summary>
internal sealed record UnshareStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "unshare";

    /// <inheritdoc/>
    public override string Object => FlagText.Namespaces(Namespaces);

    /// <summary>Which kinds.</summary>
    public required CloneBits Namespaces { get; init; }
}

/// <summary>Offsets of a new time namespace, before its first process (time_namespaces(7)).</summary>
internal sealed record TimeOffsetsStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "time_offsets";

    /// <inheritdoc/>
    public override string Object => "/proc/self/timens_offsets";

    /// <inheritdoc/>
    public override string Detail => Text.TrimEnd('\n').Replace('\n', ',');

    /// <summary>Lines of clock, seconds, nanoseconds.</summary>
    public required string Text { get; init; }
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
    /// <summary>The runtime moves the process into the cgroup that it manages.</summary>
    Delegation = 5,
}

/// <summary>Waits until the runtime has done its part.</summary>
internal sealed record AwaitStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "await";

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
}

/// <summary>Becomes root of a new or joined user namespace.</summary>
internal sealed record BecomeRootStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "become_root";

    /// <inheritdoc/>
    public override string Object => "0:0";
}

/// <summary>clone3(2): the container's process comes into being and goes on with the plan.</summary>
internal sealed record CloneStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "clone";

    /// <inheritdoc/>
    public override string Object => Flags is CloneBits.None or CloneBits.CLONE_PARENT ? "process" : FlagText.Namespaces(Flags);

    /// <inheritdoc/>
    public override string Detail => Cgroup is null ? string.Empty : "into " + FlagText.Fd(Cgroup);

    /// <summary>Namespaces to make, and whose child it is.</summary>
    public required CloneBits Flags { get; init; }

    /// <summary>The v2 cgroup it is born in (CLONE_INTO_CGROUP), or null.</summary>
    public PlanFd? Cgroup { get; init; }
}

/// <summary>Writes "0" to a v1 <c>tasks</c> file: the writer moves itself.</summary>
internal sealed record JoinCgroupStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "join_cgroup";

    /// <inheritdoc/>
    public override string Object => FlagText.Fd(File);

    /// <summary>The file.</summary>
    public required PlanFd File { get; init; }
}
