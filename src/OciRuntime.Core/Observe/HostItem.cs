namespace OciRuntime.Core.Observe;

/// <summary>Something that containers can make use of.</summary>
/// <param name="Name">What.</param>
/// <param name="Present">This machine has it.</param>
/// <param name="About">What is there, or what it would be good for.</param>
/// <param name="Hint">How to get it, or null when that is not known.</param>
public sealed record HostItem(string Name, bool Present, string About, string? Hint = null);
