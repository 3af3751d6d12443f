namespace OciRuntime.Core.Observe;

/// <summary>One difference between a running container and its configuration.</summary>
public sealed class OciContainerDifference
{
    /// <summary>Container id.</summary>
    public required string Id { get; init; }

    /// <summary>What differs: a file of the cgroup, a limit, a set of capabilities, a mount point.</summary>
    public required string Property { get; init; }

    /// <summary>The value that the configuration asks for.</summary>
    public required string Expected { get; init; }

    /// <summary>The value that the kernel reports.</summary>
    public required string Actual { get; init; }

    /// <summary>JSON pointer of the property that asks for it, or null when no property does.</summary>
    public string? SpecPointer { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Property}: expected {Expected}, is {Actual}";
}
