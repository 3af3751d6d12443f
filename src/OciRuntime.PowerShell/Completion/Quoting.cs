using System.Management.Automation;
using System.Management.Automation.Language;

namespace OciRuntime.PowerShell.Completion;

/// <summary>The typed part of a word, and results that match it.</summary>
internal static class Quoting
{
    public static string Unquote(string? word) => word is null ? string.Empty : word.Trim('\'', '"');

    /// <summary>Quotes a word that the parser would split.</summary>
    public static string Quote(string word) => $"'{CodeGeneration.EscapeSingleQuotedStringContent(word)}'";

    /// <summary>The words of a fixed list that start with what was typed, in any case.</summary>
    public static IEnumerable<CompletionResult> Matching(IEnumerable<(string Word, string ToolTip)> list, string? typed, params string[] prefixes)
    {
        string start = Unquote(typed);
        return list
            .Where(entry => entry.Word.StartsWith(start, StringComparison.OrdinalIgnoreCase)
                || prefixes.Any(prefix => entry.Word.StartsWith(prefix + start, StringComparison.OrdinalIgnoreCase)))
            .Select(entry => new CompletionResult(entry.Word, entry.Word, CompletionResultType.ParameterValue, entry.ToolTip));
    }
}
