namespace OciRuntime.Core.Observe;

/// <summary>Something that containers can make use of.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Present">True when this machine has it.</param>
/// <param name="About">What this machine has, or what the item is needed for.</param>
/// <param name="Hint">The package, kernel option or setting that provides it.</param>
/// <param name="Required">Containers with an ordinary configuration can't run without it.</param>
public sealed record HostItem(string Name, bool Present, string About, string? Hint = null, bool Required = false)
{
    /// <summary>The package, kernel option or setting that provides it; null when it is present.</summary>
    public string? Hint { get; init; } = Present ? null : Hint;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
