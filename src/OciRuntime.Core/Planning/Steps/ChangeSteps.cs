using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Planning.Steps;

/// <summary>
/// The first step of a plan that changes the mounts of a running container, which makes no process. Until <see cref="CommitStep"/> the mounts that were
/// attached are unmounted again, the last first, when a step fails or the runtime is gone.
/// </summary>
internal sealed record ChangeStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "change";

    internal override StepKind Kind => StepKind.Change;

    /// <inheritdoc/>
    public override string Object => "mounts";

    /// <inheritdoc/>
    public override string Detail => "undone when a step fails";
}

/// <summary>Attaches a mount that an earlier step has made to its target: move_mount(2), resolved inside the container's root.</summary>
internal sealed record AttachStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "attach";

    internal override StepKind Kind => StepKind.Attach;

    /// <inheritdoc/>
    public override string Object => Target;

    /// <summary>Path in the container.</summary>
    public required string Target { get; init; }

    /// <summary>Index of the step that has made the mount.</summary>
    public required int Of { get; init; }

    internal override void Write(IStepFields fields) => fields.Number(0, (ulong)Of);
}

/// <summary>mount_setattr(2) of a mount that an earlier step has made, by its descriptor.</summary>
internal sealed record AttributesStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "attributes";

    internal override StepKind Kind => StepKind.Attributes;

    /// <inheritdoc/>
    public override string Object => Target;

    /// <inheritdoc/>
    public override string Detail => FlagText.Attributes(Set, Clear, Recursive);

    /// <summary>Path in the container, only for display.</summary>
    public required string Target { get; init; }

    /// <summary>Index of the step that has made the mount.</summary>
    public required int Of { get; init; }

    /// <summary>Attributes to set.</summary>
    public MountAttributes Set { get; init; }

    /// <summary>Attributes to clear.</summary>
    public MountAttributes Clear { get; init; }

    /// <summary>Change the mounts below it too.</summary>
    public bool Recursive { get; init; }

    internal override StepBits Bits => If(Recursive, StepBits.AttrRecursive);

    internal override void Write(IStepFields fields)
    {
        fields.Number(0, (ulong)Of);
        fields.Number(1, (ulong)Set);
        fields.Number(2, (ulong)Clear);
    }
}

/// <summary>umount2(2) with MNT_DETACH of the mount at a path inside the container's root, and of all mounts below it.</summary>
internal sealed record UnmountStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "unmount";

    internal override StepKind Kind => StepKind.Unmount;

    /// <inheritdoc/>
    public override string Object => Target;

    /// <inheritdoc/>
    public override string Detail => LookOnly ? "look" : string.Empty;

    /// <summary>Path in the container.</summary>
    public required string Target { get; init; }

    /// <summary>Only checks that something is mounted there.</summary>
    public bool LookOnly { get; init; }

    internal override void Write(IStepFields fields)
    {
        fields.RootPath(0, Target);
        fields.Number(0, LookOnly ? 1ul : 0);
    }
}

/// <summary>The last step: the runtime confirms the change.</summary>
internal sealed record CommitStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "commit";

    internal override StepKind Kind => StepKind.Commit;

    /// <inheritdoc/>
    public override string Object => "mounts";
}
