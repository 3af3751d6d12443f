using System.Collections.Concurrent;
using System.ComponentModel;
using System.Management.Automation;

namespace OciRuntime.PowerShell.Formats;

/// <summary>
/// The colours of the views, taken from the session's $PSStyle. Plain text if $PSStyle.OutputRendering says so; with its default, Host, also when the
/// output of this process is not a terminal: the engine alone would write escape sequences into a file there.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ViewColor
{
    // Enough for every id on a screen, and a limit.
    private const int MostIds = 4096;

    private static readonly string[] s_palette =
    [
        "Cyan", "Yellow", "Green", "Magenta", "Blue", "BrightRed", "BrightCyan", "BrightYellow", "BrightGreen", "BrightMagenta", "BrightBlue", "Red",
    ];

    private static readonly ConcurrentDictionary<string, int> s_places = new(StringComparer.Ordinal);

    /// <summary>A container's id in its own colour: the next of twelve for each id that this session shows.</summary>
    /// <param name="id">The id.</param>
    /// <param name="style">$PSStyle.</param>
    public static string Id(string? id, object? style)
    {
        if (string.IsNullOrEmpty(id) || !IsRendered(style))
            return id ?? string.Empty;
        if (s_places.Count >= MostIds)
            s_places.Clear();
        return In(s_palette[s_places.GetOrAdd(id, static _ => s_places.Count) % s_palette.Length], id, style);
    }

    /// <summary>The status of a container.</summary>
    /// <param name="status">Its name.</param>
    /// <param name="style">$PSStyle.</param>
    public static object? Status(object? status, object? style) => Of(status, style, static text => text switch
    {
        "Running" => "Green",
        "Created" => "Cyan",
        "Paused" => "Yellow",
        "Broken" => "Red",
        _ => null,
    });

    /// <summary>An exit code: 0 is good.</summary>
    /// <param name="code">The code, or null.</param>
    /// <param name="style">$PSStyle.</param>
    public static object? ExitCode(object? code, object? style) => Of(code, style, static text => text == "0" ? "Green" : "Red");

    /// <summary>How bad a finding is.</summary>
    /// <param name="severity">Its name.</param>
    /// <param name="style">$PSStyle.</param>
    public static object? Severity(object? severity, object? style) => Of(severity, style, static text => text switch
    {
        "Critical" or "High" or "Error" => "Red",
        "Medium" or "Warning" => "Yellow",
        _ => null,
    });

    /// <summary>Whether an attack was held off.</summary>
    /// <param name="held">True, false, or null when unknown.</param>
    /// <param name="style">$PSStyle.</param>
    public static object? Held(object? held, object? style) => Of(held, style, static text => text == "True" ? "Green" : "Red");

    /// <summary>What a profile does with a system call.</summary>
    /// <param name="action">SCMP_ACT_* name.</param>
    /// <param name="allowed">It is let through.</param>
    /// <param name="style">$PSStyle.</param>
    public static object? Verdict(object? action, object? allowed, object? style) => Of(action, style, _ => LanguagePrimitives.IsTrue(allowed) ? null : "Red");

    private static object? Of(object? value, object? style, Func<string, string?> choose) =>
        value?.ToString() is { Length: > 0 } text && choose(text) is { } color && IsRendered(style) ? In(color, text, style) : value;

    // By name: PowerShellStandard.Library does not have the type.
    private static bool IsRendered(object? style) => Member(style, "OutputRendering")?.ToString() switch
    {
        "Ansi" => true,
        "Host" => !Console.IsOutputRedirected,
        _ => false,
    };

    private static string In(string color, string text, object? style) => $"{Member(Member(style, "Foreground"), color)}{text}{Member(style, "Reset")}";

    private static object? Member(object? value, string name) => value is null ? null : PSObject.AsPSObject(value).Properties[name]?.Value;
}
