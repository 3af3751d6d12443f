namespace OciRuntime.Core.Observe;

/// <summary>Which lines of a log are asked for.</summary>
internal sealed record LogSpan
{
    /// <summary>All that are there.</summary>
    public static LogSpan All { get; } = new();

    /// <summary>No more than this many of the last lines of each container, of those that <see cref="Until"/> leaves; null for all of them.</summary>
    public int? Tail { get; init; }

    /// <summary>Lines of this time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Lines of this time or earlier.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Go on with new lines until the container has stopped, or until <see cref="Until"/>.</summary>
    public bool Follow { get; init; }
}
