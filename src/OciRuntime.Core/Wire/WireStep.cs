using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Wire;

/// <summary>Type of a blob.</summary>
internal enum BlobKind : byte
{
    /// <summary>Absent: the step kind does not use it.</summary>
    None,
    /// <summary>UTF-8 without a NUL.</summary>
    Text,
    /// <summary>Any bytes.</summary>
    Bytes,
    /// <summary>Strings.</summary>
    List,
    /// <summary>Strings, with room for pointers to them.</summary>
    Vector,
}

/// <summary>struct oci_step as read, including its blobs.</summary>
internal sealed record WireStep
{
    public required StepKind Kind { get; init; }

    public StepBits Bits { get; init; }

    /// <summary>Slot, or -1.</summary>
    public int Fd { get; init; } = WireFormat.NoFd;

    /// <summary>s[]: null, a string, a byte[] or a string[], as <see cref="Blobs"/> says.</summary>
    public IReadOnlyList<object?> S { get; init; } = new object?[WireFormat.StringCount];

    /// <summary>n[].</summary>
    public IReadOnlyList<ulong> N { get; init; } = new ulong[WireFormat.NumberCount];

    /// <summary>Types of the blobs in s[] of a step kind.</summary>
    public static (BlobKind S0, BlobKind S1, BlobKind S2, BlobKind S3) Blobs(StepKind kind) => kind switch
    {
        StepKind.Supervise => (BlobKind.Text, BlobKind.Text, BlobKind.Bytes, BlobKind.None),
        StepKind.TimeOffsets or StepKind.Keyring or StepKind.OpenRoot or StepKind.Mkdir or StepKind.Mknod
            or StepKind.Unlink or StepKind.Hostname or StepKind.Domainname or StepKind.ReadonlyPath or StepKind.Mask or StepKind.Chdir or StepKind.Unmount
            => (BlobKind.Text, BlobKind.None, BlobKind.None, BlobKind.None),
        StepKind.Bind or StepKind.Symlink or StepKind.Console or StepKind.Sysctl or StepKind.AttrExec or StepKind.Lookup
            => (BlobKind.Text, BlobKind.Text, BlobKind.None, BlobKind.None),
        StepKind.Setattr or StepKind.Leash => (BlobKind.Text, BlobKind.List, BlobKind.None, BlobKind.None),
        StepKind.Mount => (BlobKind.Text, BlobKind.List, BlobKind.Text, BlobKind.Text),
        StepKind.Scheduler or StepKind.Affinity or StepKind.Mempolicy or StepKind.User or StepKind.Seccomp
            => (BlobKind.Bytes, BlobKind.None, BlobKind.None, BlobKind.None),
        StepKind.Hook or StepKind.Restore => (BlobKind.Text, BlobKind.Vector, BlobKind.Vector, BlobKind.None),
        StepKind.Exec => (BlobKind.Vector, BlobKind.Vector, BlobKind.None, BlobKind.None),
        _ => default,
    };

    /// <summary>Which elements of n[] of a step kind are slots: bit i for n[i].</summary>
    public static int SlotNumbers(StepKind kind) => kind switch
    {
        StepKind.Supervise => 0b11111,
        StepKind.Hook => 0b11100,
        _ => 0,
    };
}
