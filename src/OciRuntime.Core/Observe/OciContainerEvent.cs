namespace OciRuntime.Core.Observe;

/// <summary>Something that happened to a container.</summary>
public sealed class OciContainerEvent
{
    /// <summary>When it happened, local time: the recorded time of an exit, otherwise when it was seen.</summary>
    public DateTime Time { get; init; }

    /// <summary>What happened: the name of a <see cref="ContainerEventKind"/>, as text so that it survives serialization.</summary>
    public string Type => Kind.ToString();

    internal ContainerEventKind Kind { get; init; }

    /// <summary>Container id.</summary>
    public required string Id { get; init; }

    /// <summary>Host pid of its process, or of the process that was started in it; null for a deleted container.</summary>
    public int? Pid { get; init; }

    /// <summary>Exit status of its process, or 128 and the signal's number; null for other events, and when nobody saw it end.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal that ended it, or null.</summary>
    public int? Signal { get; init; }

    /// <summary>The command of the process; empty when the process ended before it could be looked at.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>The state root that the container lives in.</summary>
    public required string Root { get; init; }

    /// <summary>True when the event is of one of these kinds.</summary>
    /// <param name="kinds">Any of them.</param>
    public bool Is(params ReadOnlySpan<ContainerEventKind> kinds) => kinds.Contains(Kind);

    /// <inheritdoc/>
    public override string ToString() => $"{Id} {Type}";
}
