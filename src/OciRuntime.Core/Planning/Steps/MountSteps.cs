using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Planning.Steps;

/// <summary>What mounts and attribute changes have in common.</summary>
internal abstract record TargetStep : HelperStep
{
    /// <inheritdoc/>
    public override string Object => Target;

    /// <summary>Path in the container.</summary>
    public required string Target { get; init; }

    /// <summary>Propagation afterwards.</summary>
    public Propagation Propagation { get; init; }
}

/// <summary>A new filesystem: fsopen(2), fsconfig(2), fsmount(2), move_mount(2).</summary>
internal sealed record MountStep : TargetStep
{
    /// <inheritdoc/>
    public override string Name => "mount";

    internal override StepKind Kind => StepKind.Mount;

    /// <inheritdoc/>
    public override string Detail
    {
        get
        {
            string options = FlagText.Attributes(Attributes, MountAttributes.None, recursive: false);
            foreach (string entry in Data)
                options = FlagText.Join(options, entry);
            return FlagText.Words(FilesystemType, FlagText.Join(FlagText.Join(options, PropagationNames.Of(Propagation)), CopyUp ? "tmpcopyup" : string.Empty));
        }
    }

    /// <summary>Type as in /proc/filesystems.</summary>
    public required string FilesystemType { get; init; }

    /// <summary>Source, or null for none.</summary>
    public string? Source { get; init; }

    /// <summary>"key=value" or "flag" for fsconfig(2).</summary>
    public IReadOnlyList<string> Data { get; init; } = [];

    /// <summary>Attributes of the mount.</summary>
    public MountAttributes Attributes { get; init; }

    /// <summary>No symbolic link may be on the way to the target (/proc, /sys, /dev).</summary>
    public bool RealTarget { get; init; }

    /// <summary>The root of the new filesystem takes the permission bits of an existing target (tmpfs without mode).</summary>
    public bool KeepMode { get; init; }

    /// <summary>The contents of the target are copied into it first.</summary>
    public bool CopyUp { get; init; }

    /// <summary>The target may lie on procfs.</summary>
    public bool OnProc { get; init; }

    internal override StepBits Bits => StepBits.Mkdir | If(RealTarget, StepBits.RealTop) | If(OnProc, StepBits.OnProc);

    internal override void Write(IStepFields fields)
    {
        fields.Text(0, FilesystemType);
        if (Data.Count > 0)
            fields.List(1, Data);
        fields.Text(2, Source);
        fields.RootPath(3, Target);
        fields.Number(0, (ulong)Attributes);
        fields.Number(2, (ulong)Propagation);
        fields.Number(3, KeepMode ? 1ul : 0);
        fields.Number(4, CopyUp ? 1ul : 0);
    }
}

/// <summary>A bind mount: open_tree(2), mount_setattr(2), move_mount(2).</summary>
internal sealed record BindStep : TargetStep
{
    /// <inheritdoc/>
    public override string Name => "bind";

    internal override StepKind Kind => StepKind.Bind;

    /// <inheritdoc/>
    public override string Detail => FlagText.Words(
        (Recursive ? "rbind from " : "from ") + Source,
        FlagText.Words(FlagText.Join(FlagText.Attributes(Set, Clear, RecursiveAttributes), PropagationNames.Of(Propagation)), IdMapped is null ? string.Empty : "id-mapped " + FlagText.Fd(IdMapped)));

    /// <summary>Host path.</summary>
    public required string Source { get; init; }

    /// <summary>Bind the mounts below the source too.</summary>
    public bool Recursive { get; init; }

    /// <summary>Attributes to set.</summary>
    public MountAttributes Set { get; init; }

    /// <summary>Attributes to clear.</summary>
    public MountAttributes Clear { get; init; }

    /// <summary>Attributes that the options don't name: cleared too, except those that an unprivileged user may not clear.</summary>
    public MountAttributes ClearUnlessLocked { get; init; }

    /// <summary>The attributes apply to all mounts of the tree.</summary>
    public bool RecursiveAttributes { get; init; }

    /// <summary>No symbolic link may be on the way to the target (/proc, /sys, /dev).</summary>
    public bool RealTarget { get; init; }

    /// <summary>The source must be the root of a procfs.</summary>
    public bool SourceMustBeProc { get; init; }

    /// <summary>The target may lie on procfs.</summary>
    public bool OnProc { get; init; }

    /// <summary>A source that is a symbolic link is bound itself.</summary>
    public bool SourceNoFollow { get; init; }

    /// <summary>The user namespace whose maps translate the owners of its files; null leaves the owners as they are.</summary>
    public IdMapsFd? IdMapped { get; init; }

    /// <summary>Map the owners on the mounts below too.</summary>
    public bool RecursiveIdMap { get; init; }

    /// <summary>A target that is a symbolic link is not followed.</summary>
    public bool TargetNoFollow { get; init; }

    internal override StepBits Bits => StepBits.Mkdir | StepBits.Mkfile | If(RealTarget, StepBits.RealTop)
        | If(Recursive, StepBits.Recursive) | If(RecursiveAttributes, StepBits.AttrRecursive) | If(SourceMustBeProc, StepBits.SourceProc)
        | If(OnProc, StepBits.OnProc) | If(SourceNoFollow, StepBits.SrcNofollow) | If(TargetNoFollow, StepBits.TargetNofollow);

    internal override PlanFd? Descriptor => IdMapped;

    internal override void Write(IStepFields fields)
    {
        fields.Text(0, Source);
        fields.RootPath(1, Target);
        fields.Number(0, (ulong)Set);
        fields.Number(1, (ulong)Clear);
        fields.Number(2, (ulong)Propagation);
        fields.Number(3, (ulong)ClearUnlessLocked);
        fields.Number(4, RecursiveIdMap ? 1ul : 0);
    }
}

/// <summary>mount_setattr(2) of an existing mount, and parameters of its filesystem: the <c>remount</c> of the spec.</summary>
internal sealed record SetAttributesStep : TargetStep
{
    /// <inheritdoc/>
    public override string Name => "setattr";

    internal override StepKind Kind => StepKind.Setattr;

    /// <inheritdoc/>
    public override string Detail => FlagText.Join(FlagText.Join(FlagText.Attributes(Set, Clear, Recursive), string.Join(',', Data)), PropagationNames.Of(Propagation));

    /// <summary>"key=value" or "flag" for fsconfig(2): changes the filesystem wherever it is mounted.</summary>
    public IReadOnlyList<string> Data { get; init; } = [];

    /// <summary>Attributes to set.</summary>
    public MountAttributes Set { get; init; }

    /// <summary>Attributes to clear.</summary>
    public MountAttributes Clear { get; init; }

    /// <summary>Change the mounts below it too.</summary>
    public bool Recursive { get; init; }

    internal override StepBits Bits => If(Recursive, StepBits.AttrRecursive);

    internal override void Write(IStepFields fields)
    {
        fields.RootPath(0, Target);
        if (Data.Count > 0)
            fields.List(1, Data);
        fields.Number(0, (ulong)Set);
        fields.Number(1, (ulong)Clear);
        fields.Number(2, (ulong)Propagation);
    }
}
