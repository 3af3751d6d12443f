using System.Text.RegularExpressions;

namespace OciRuntime.Core.Tests.Spec;

/// <summary>A row of docs/runtime-spec.md.</summary>
/// <param name="Pointer">The property.</param>
/// <param name="Words">Its values that the row is about; none: the property itself.</param>
/// <param name="Tests">What shows it.</param>
internal sealed record SpecRow(string Pointer, string[] Words, string[] Tests);

/// <summary>docs/runtime-spec.md, and docs/compatibility.md, whose rows end with their tests too.</summary>
internal static partial class SpecTable
{
    public static SpecRow[] Read(string file) =>
    [
        .. from line in File.ReadLines(file)
           where line.StartsWith("| `/", StringComparison.Ordinal)
           let cells = line.Trim('|', ' ').Split(" | ")
           let words = Quoted(cells[0])
           select new SpecRow(words[0], words[1..], Quoted(cells[^1])),
    ];

    /// <summary>What each row is about, and what shows it.</summary>
    public static (string About, string[] Tests)[] ReadComparison(string file) =>
    [
        .. from cells in Rows(File.ReadLines(file).TakeWhile(static line => line != Engines))
           select (cells[0], Quoted(cells[^1])),
    ];

    /// <summary>What each action of an engine is, and what shows it with Podman, containerd or Docker.</summary>
    public static (string About, string[] Tests)[] ReadEngines(string file) =>
    [
        .. from cells in Rows(File.ReadLines(file).SkipWhile(static line => line != Engines))
           select (cells[0], cells[1..^1].SelectMany(Quoted).ToArray()),
    ];

    private const string Engines = "# Engines";

    private static IEnumerable<string[]> Rows(IEnumerable<string> lines) =>
        lines.SkipWhile(static line => !line.StartsWith("|--", StringComparison.Ordinal)).Skip(1)
            .Where(static line => line.StartsWith('|')).Select(static line => line.Trim('|', ' ').Split('|', StringSplitOptions.TrimEntries));

    private static string[] Quoted(string cell) => [.. Code().Matches(cell).Select(match => match.Groups[1].Value)];

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
