using System.Globalization;
using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Spec;

/// <summary>Formats parts of a configuration for their <c>ToString</c>, and words the errors of their <c>Parse</c>.</summary>
internal static class SpecText
{
    private const int MaxNames = 6;
    private const string Nothing = "none";

    /// <summary>The parts that are not null, separated by commas; "none" if there are none.</summary>
    public static string List(params IEnumerable<string?> parts)
    {
        string text = string.Join(", ", parts.Where(static part => !string.IsNullOrEmpty(part)));
        return text.Length > 0 ? text : Nothing;
    }

    /// <summary>The text of a part, or null if it is empty.</summary>
    public static string? Part(object? part) => part?.ToString() is { } words && words != Nothing ? words : null;

    /// <summary>A label and its value, or null without a value.</summary>
    public static string? Labelled(string label, object? value) =>
        value is string || Part(value) is not null ? string.Create(CultureInfo.InvariantCulture, $"{label} {value}") : null;

    /// <summary>A count such as "3 devices", or null for none.</summary>
    public static string? Counted(int? count, string what, string? many = null) => count switch
    {
        null or 0 => null,
        1 => "1 " + what,
        _ => string.Create(CultureInfo.InvariantCulture, $"{count} {many ?? what + "s"}"),
    };

    /// <summary>The names, separated by spaces, or their number if there are many.</summary>
    public static string? Names(List<string>? names, string what, string? many = null) => names is null or [] ? null
        : names.Count <= MaxNames ? string.Join(' ', names)
        : Counted(names.Count, what, many);

    /// <summary>A command, quoted for a shell.</summary>
    public static string Command(IEnumerable<string> words) =>
        string.Join(' ', words.Select(static word => word.Length > 0 && word.All(IsPlain) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'"));

    /// <summary>A limit, where -1 means unlimited.</summary>
    public static string Limit(long limit) => limit < 0 ? "unlimited" : limit.ToString(CultureInfo.InvariantCulture);

    /// <summary>A device's numbers, with an asterisk for any (absent or -1).</summary>
    public static string Numbers(long? major, long? minor) => string.Create(
        CultureInfo.InvariantCulture, $"{(major is null or -1 ? "*" : major)}:{(minor is null or -1 ? "*" : minor)}");

    /// <summary>A user or group id in digits; (uid_t)-1 means "no change" to the kernel: setuid(2).</summary>
    public static bool TryId(string text, out uint id) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id) && id != uint.MaxValue;

    public static OciException Refused(string text, string expected, string? hint = null) =>
        new(OciErrorCode.InvalidArgument, $"'{text}' is not a valid {expected}{(hint is null ? string.Empty : "; " + hint)}") { Object = text, Hint = hint };

    // Characters that have no special meaning to a shell.
    private static bool IsPlain(char c) => char.IsLetterOrDigit(c) || "@%+=:,./_-".Contains(c, StringComparison.Ordinal);
}
