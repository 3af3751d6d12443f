namespace OciRuntime.Core.Observe;

/// <summary>One line that a container wrote.</summary>
public sealed class LogRecord
{
    /// <summary>Container id.</summary>
    public required string Id { get; init; }

    /// <summary>When the supervisor read it, local time.</summary>
    public required DateTime Time { get; init; }

    /// <summary>stdout or stderr; a terminal's output is stdout.</summary>
    public required string Stream { get; init; }

    /// <summary>The line without its end.</summary>
    public required string Line { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Line;
}
