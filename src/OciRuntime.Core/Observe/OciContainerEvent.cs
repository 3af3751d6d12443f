namespace OciRuntime.Core.Observe;

/// <summary>Something that happened to a container.</summary>
public sealed class OciContainerEvent
{
    /// <summary>When, local time: of an end that was recorded the time of that, else when it was seen.</summary>
    public DateTime Time { get; init; }

    /// <summary>What: the name of a <see cref="ContainerEventKind"/>, a text wherever the object travels.</summary>
    public string Type => Kind.ToString();

    internal ContainerEventKind Kind { get; init; }

    /// <summary>Container id.</summary>
    public required string Id { get; init; }

    /// <summary>Host pid of its process, or of the one that was started in it; null when it is deleted.</summary>
    public int? Pid { get; init; }

    /// <summary>Exit status of its process, or 128 and the signal's number; null for other events, and when nobody saw it end.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal that ended it, or null.</summary>
    public int? Signal { get; init; }

    /// <summary>The command of the process; empty when it had ended before it could be looked at.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>The state root that the container lives in.</summary>
    public required string Root { get; init; }

    /// <summary>True for one of these kinds.</summary>
    /// <param name="kinds">Any of them.</param>
    public bool Is(params ReadOnlySpan<ContainerEventKind> kinds) => kinds.Contains(Kind);

    /// <inheritdoc/>
    public override string ToString() => $"{Id} {Type}";
}
