namespace OciRuntime.Core.Observe;

/// <summary>Something that containers can make use of.</summary>
/// <param name="Name">What.</param>
/// <param name="Present">This machine has it.</param>
/// <param name="About">What is there, or what it would be good for.</param>
/// <param name="Hint">The package, kernel option or setting that brings it.</param>
/// <param name="Required">Without it no container with an ordinary configuration is made.</param>
public sealed record HostItem(string Name, bool Present, string About, string? Hint = null, bool Required = false)
{
    /// <summary>The package, kernel option or setting that brings it; null when it is there.</summary>
    public string? Hint { get; init; } = Present ? null : Hint;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
