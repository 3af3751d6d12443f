namespace OciRuntime.Core.Observe;

/// <summary>Which lines of a log are asked for.</summary>
internal sealed record LogSpan
{
    /// <summary>All lines.</summary>
    public static LogSpan All { get; } = new();

    /// <summary>At most this many of the last lines of each container, counted after <see cref="Until"/> is applied; null for all.</summary>
    public int? Tail { get; init; }

    /// <summary>Lines of this time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Lines of this time or earlier.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Go on with new lines until the container has stopped, or until <see cref="Until"/>.</summary>
    public bool Follow { get; init; }
}
