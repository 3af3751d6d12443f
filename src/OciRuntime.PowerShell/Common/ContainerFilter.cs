using System.Management.Automation;
using OciRuntime.Core.State;

namespace OciRuntime.PowerShell.Common;

/// <summary>A condition on containers, written NAME=PATTERN; patterns have wildcards and ignore case except in ids.</summary>
public sealed class ContainerFilter
{
    private readonly string _text;
    private readonly Func<OciContainer, bool> _fits;

    private ContainerFilter(string text, Func<OciContainer, bool> fits)
    {
        _text = text;
        _fits = fits;
    }

    /// <summary>The names that may precede the first equals sign.</summary>
    public static IReadOnlyList<string> Names { get; } = ["annotation", "bundle", "id", "owner", "status", "supervised"];

    /// <summary>Reads a condition.</summary>
    /// <param name="text">The condition as written.</param>
    /// <returns>Null when it is not valid.</returns>
    public static ContainerFilter? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split('=', 2);
        if (parts.Length < 2 || parts[1].Length == 0)
            return null;
        WildcardPattern pattern = Pattern(parts[1]);
        return parts[0].ToUpperInvariant() switch
        {
            "ANNOTATION" => Annotation(text, parts[1].Split('=', 2)),
            "BUNDLE" => new(text, container => container.Bundle is { } bundle && pattern.IsMatch(bundle)),
            "ID" => new(text, container => WildcardPattern.Get(parts[1], WildcardOptions.CultureInvariant).IsMatch(container.Id)),
            "OWNER" => new(text, container => container.Owner is { } owner && pattern.IsMatch(owner)),
            "STATUS" => new(text, container => pattern.IsMatch(container.Status)),
            "SUPERVISED" => new(text, container => pattern.IsMatch(container.Supervised.ToString())),
            _ => null,
        };
    }

    /// <summary>True for a container that matches.</summary>
    /// <param name="container">The container.</param>
    public bool Fits(OciContainer container) => _fits(container);

    /// <inheritdoc/>
    public override string ToString() => _text;

    private static ContainerFilter Annotation(string text, string[] parts) => parts.Length == 1
        ? new(text, container => container.Annotations.ContainsKey(parts[0]))
        : new(text, container => container.Annotations.TryGetValue(parts[0], out string? value) && Pattern(parts[1]).IsMatch(value));

    private static WildcardPattern Pattern(string text) => WildcardPattern.Get(text, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
}
