using System.Buffers.Binary;

namespace OciRuntime.Core.Planning.Steps;

/// <summary>Sets the LSM label that takes effect on exec.</summary>
internal sealed record AttrExecStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "attr_exec";

    internal override StepKind Kind => StepKind.AttrExec;

    /// <inheritdoc/>
    public override string Object => Text;

    /// <inheritdoc/>
    public override string Detail => "to /proc/thread-self/" + Attribute;

    /// <summary>What is written.</summary>
    public required string Text { get; init; }

    /// <summary>attr/exec or attr/apparmor/exec.</summary>
    public required string Attribute { get; init; }

    internal override void Write(IStepFields fields)
    {
        fields.Text(0, Text);
        fields.Text(1, Attribute);
    }
}

/// <summary>PR_SET_NO_NEW_PRIVS (prctl(2)).</summary>
internal sealed record NoNewPrivilegesStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "no_new_privs";

    internal override StepKind Kind => StepKind.NoNewPrivs;

    /// <inheritdoc/>
    public override string Object => "process";
}

/// <summary>Drops all other capabilities from the bounding set.</summary>
internal sealed record CapBoundingStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "cap_bounding";

    internal override StepKind Kind => StepKind.CapBounding;

    /// <inheritdoc/>
    public override string Object => FlagText.Capabilities(Keep);

    /// <summary>Capabilities to keep, as bits.</summary>
    public required ulong Keep { get; init; }

    internal override void Write(IStepFields fields) => fields.Number(0, Keep);
}

/// <summary>Sets groups, group id, user id and umask.</summary>
internal sealed record UserStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "user";

    internal override StepKind Kind => StepKind.User;

    /// <inheritdoc/>
    public override string Object => $"{Uid}:{Gid}";

    /// <inheritdoc/>
    public override string Detail => FlagText.Words(
        Groups is { Count: > 0 } ? "groups " + string.Join(',', Groups) : Groups is null ? "groups kept" : string.Empty,
        "umask " + FlagText.Octal(Umask));

    /// <summary>User id.</summary>
    public required uint Uid { get; init; }

    /// <summary>Group id.</summary>
    public required uint Gid { get; init; }

    /// <summary>Supplementary groups; with null, setgroups(2) is not called.</summary>
    public IReadOnlyList<uint>? Groups { get; init; }

    /// <summary>umask(2).</summary>
    public required uint Umask { get; init; }

    /// <summary>Change the owner of pipes among 0, 1 and 2 to the user, who can then reopen /dev/stdout.</summary>
    public bool OwnStdio { get; init; }

    internal override void Write(IStepFields fields)
    {
        fields.Number(0, Uid);
        fields.Number(1, Gid);
        fields.Number(2, Umask);
        fields.Number(3, OwnStdio ? 1ul : 0);
        if (Groups is null)
            return;
        byte[] ids = new byte[Groups.Count * 4];
        for (int i = 0; i < Groups.Count; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(ids.AsSpan(i * 4), Groups[i]);
        fields.Bytes(0, ids);
    }
}

/// <summary>capset(2) and the ambient set.</summary>
internal sealed record CapabilitiesStep : HelperStep
{
    /// <inheritdoc/>
    public override string Name => "caps";

    internal override StepKind Kind => StepKind.Caps;

    /// <inheritdoc/>
    public override string Object => FlagText.Capabilities(Effective);

    /// <inheritdoc/>
    public override string Detail
    {
        get
        {
            string text = Permitted == Effective ? string.Empty : "permitted " + FlagText.Capabilities(Permitted);
            if (Inheritable != 0)
                text = FlagText.Words(text, "inheritable " + FlagText.Capabilities(Inheritable));
            return Ambient == 0 ? text : FlagText.Words(text, "ambient " + FlagText.Capabilities(Ambient));
        }
    }

    /// <summary>Effective set as bits.</summary>
    public required ulong Effective { get; init; }

    /// <summary>Permitted set.</summary>
    public required ulong Permitted { get; init; }

    /// <summary>Inheritable set.</summary>
    public required ulong Inheritable { get; init; }

    /// <summary>Ambient set, within permitted and inheritable.</summary>
    public required ulong Ambient { get; init; }

    internal override void Write(IStepFields fields)
    {
        fields.Number(0, Effective);
        fields.Number(1, Permitted);
        fields.Number(2, Inheritable);
        fields.Number(3, Ambient);
    }
}

/// <summary>seccomp(2): loads the filter.</summary>
internal sealed record SeccompStep : HelperStep
{
    internal const string Title = "seccomp";

    /// <inheritdoc/>
    public override string Name => Title;

    internal override StepKind Kind => StepKind.Seccomp;

    /// <inheritdoc/>
    public override string Object => $"{Filter.Length / 8} instructions";

    /// <summary>struct sock_filter[].</summary>
    public required ReadOnlyMemory<byte> Filter { get; init; }

    /// <summary>SECCOMP_FILTER_FLAG_*.</summary>
    public required uint Flags { get; init; }

    internal override void Write(IStepFields fields)
    {
        fields.Bytes(0, Filter.Span);
        fields.Number(0, Flags);
    }
}
