namespace OciRuntime.Core.Observe;

/// <summary>One thing in which a running container is not what its configuration says.</summary>
public sealed class OciContainerDifference
{
    /// <summary>Container id.</summary>
    public required string Id { get; init; }

    /// <summary>What differs: a file of the cgroup, a limit, a set of capabilities, a mount point.</summary>
    public required string Property { get; init; }

    /// <summary>What the configuration makes it.</summary>
    public required string Expected { get; init; }

    /// <summary>What the kernel says.</summary>
    public required string Actual { get; init; }

    /// <summary>JSON pointer of the property that asks for it, or null where none does.</summary>
    public string? SpecPointer { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Property}: expected {Expected}, is {Actual}";
}
