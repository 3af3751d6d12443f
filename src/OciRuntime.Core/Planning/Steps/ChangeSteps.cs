using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Planning.Steps;

/// <summary>
/// The first step of a plan that changes the mounts of a container that runs: it makes no process. Until <see cref="CommitStep"/> what has been
/// attached is unmounted again, the last first, when a step fails or the runtime is gone.
/// </summary>
internal sealed record ChangeStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "change";

    /// <inheritdoc/>
    public override string Object => "mounts";

    /// <inheritdoc/>
    public override string Detail => "undone when a step fails";
}

/// <summary>Puts a mount that an earlier step has made at its target: move_mount(2), resolved inside the container's root.</summary>
internal sealed record AttachStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "attach";

    /// <inheritdoc/>
    public override string Object => Target;

    /// <summary>Path in the container.</summary>
    public required string Target { get; init; }

    /// <summary>Index of the step that has made the mount.</summary>
    public required int Of { get; init; }
}

/// <summary>mount_setattr(2) of a mount that an earlier step has made, by its descriptor.</summary>
internal sealed record AttributesStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "attributes";

    /// <inheritdoc/>
    public override string Object => Target;

    /// <inheritdoc/>
    public override string Detail => FlagText.Attributes(Set, Clear, Recursive);

    /// <summary>Path in the container, for people.</summary>
    public required string Target { get; init; }

    /// <summary>Index of the step that has made the mount.</summary>
    public required int Of { get; init; }

    /// <summary>Attributes to set.</summary>
    public MountAttributes Set { get; init; }

    /// <summary>Attributes to clear.</summary>
    public MountAttributes Clear { get; init; }

    /// <summary>The mounts below it too.</summary>
    public bool Recursive { get; init; }
}

/// <summary>umount2(2) with MNT_DETACH of what is mounted at a path inside the container's root, and all below it.</summary>
internal sealed record UnmountStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "unmount";

    /// <inheritdoc/>
    public override string Object => Target;

    /// <inheritdoc/>
    public override string Detail => LookOnly ? "look" : string.Empty;

    /// <summary>Path in the container.</summary>
    public required string Target { get; init; }

    /// <summary>Only looks whether something is mounted there.</summary>
    public bool LookOnly { get; init; }
}

/// <summary>The last step: the runtime says that the change stays.</summary>
internal sealed record CommitStep : LaunchStep
{
    /// <inheritdoc/>
    public override string Name => "commit";

    /// <inheritdoc/>
    public override string Object => "mounts";
}
