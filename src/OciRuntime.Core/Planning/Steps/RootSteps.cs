using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Planning.Steps;

/// <summary>Sets the propagation of all mounts of the new mount namespace, before the first mount of the container.</summary>
internal sealed record RootPropagationStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "root_propagation";

    internal override StepKind Kind => StepKind.RootPropagation;

    /// <inheritdoc/>
    public override string Object => "/";

    /// <inheritdoc/>
    public override string Detail => PropagationNames.Of(Propagation);

    /// <summary>The propagation; it applies to the whole tree.</summary>
    public required Propagation Propagation { get; init; }

    internal override void Write(IStepFields fields) => fields.Number(0, (ulong)Propagation);
}

/// <summary>Opens the host's /dev/null, the source of masks over files.</summary>
internal sealed record OpenDevNullStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "open_devnull";

    internal override StepKind Kind => StepKind.OpenDevnull;

    /// <inheritdoc/>
    public override string Object => "/dev/null";
}

/// <summary>Makes the root filesystem a mount, in which all later paths are resolved.</summary>
internal sealed record OpenRootStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "open_root";

    internal override StepKind Kind => StepKind.OpenRoot;

    /// <inheritdoc/>
    public override string Object => Path;

    /// <inheritdoc/>
    public override string Detail => Plain ? "no mount" : IsolateParent ? "parent mount private" : string.Empty;

    /// <summary>Host path; "/" when <see cref="Joined"/>.</summary>
    public required string Path { get; init; }

    /// <summary>Use the root of a joined mount namespace as it is, without cloning the tree (exec).</summary>
    public bool Joined { get; init; }

    /// <summary>Use the directory as it is, in a mount namespace that is not the container's own.</summary>
    public bool Plain { get; init; }

    /// <summary>Make the mount that holds it private first.</summary>
    public bool IsolateParent { get; init; }

    internal override void Write(IStepFields fields)
    {
        fields.Text(0, Path);
        fields.Number(1, Plain ? 2ul : Joined ? 1ul : 0);
        fields.Number(2, IsolateParent ? 1ul : 0);
    }
}

/// <summary>pivot_root(2) into the container's root; the old one is gone afterwards.</summary>
internal sealed record PivotRootStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "pivot_root";

    internal override StepKind Kind => StepKind.PivotRoot;

    /// <inheritdoc/>
    public override string Object => "/";

    /// <inheritdoc/>
    public override string Detail => ChrootOnly ? "by chroot" : MoveAndChroot ? "by MS_MOVE and chroot" : string.Empty;

    /// <summary>MS_MOVE and chroot(2) instead.</summary>
    public bool MoveAndChroot { get; init; }

    /// <summary>chroot(2) alone: no mount changes.</summary>
    public bool ChrootOnly { get; init; }

    /// <summary>Propagation of the old root before it is detached.</summary>
    public Propagation OldRoot { get; init; }

    internal override void Write(IStepFields fields)
    {
        fields.Number(0, ChrootOnly ? 2ul : MoveAndChroot ? 1ul : 0);
        fields.Number(1, (ulong)OldRoot);
    }
}

/// <summary>Makes the root mount read-only.</summary>
internal sealed record RootReadonlyStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "root_readonly";

    internal override StepKind Kind => StepKind.RootReadonly;

    /// <inheritdoc/>
    public override string Object => "/";
}

/// <summary>Makes a path read-only: a recursive bind mount on itself.</summary>
internal sealed record ReadonlyPathStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "readonly_path";

    internal override StepKind Kind => StepKind.ReadonlyPath;

    /// <inheritdoc/>
    public override string Object => Path;

    /// <summary>Path in the container.</summary>
    public required string Path { get; init; }

    internal override void Write(IStepFields fields) => fields.RootPath(0, Path);
}

/// <summary>Hides a path: mounts an empty directory or /dev/null over it.</summary>
internal sealed record MaskStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "mask";

    internal override StepKind Kind => StepKind.Mask;

    /// <inheritdoc/>
    public override string Object => Path;

    /// <summary>Path in the container.</summary>
    public required string Path { get; init; }

    internal override void Write(IStepFields fields) => fields.RootPath(0, Path);
}
