namespace OciRuntime.Core.State;

/// <summary>How a container or an exec'ed process ended.</summary>
public sealed class ExitRecord
{
    /// <summary>Container id.</summary>
    public required string Id { get; init; }

    /// <summary>Exit status; 128 + signal when a signal ended it; null when nobody saw it end.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal that ended it, or null.</summary>
    public int? Signal { get; init; }

    /// <summary>When it ended, local time; null when nobody saw it.</summary>
    public DateTime? ExitedAt { get => field?.ToLocalTime(); init; }

    /// <summary>The OOM killer ended a process of the container.</summary>
    public bool OomKilled { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Id;
}
