using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using OciRuntime.Core.Observe;

namespace OciRuntime.PowerShell.Completion;

/// <summary>Offers the options of <c>SOURCE:DESTINATION:OPTION,...</c>. The source is completed as a path.</summary>
public sealed class MountCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string word = Quoting.Unquote(wordToComplete);
        string[] parts = word.Split(':', 3);
        if (parts.Length < 3)
            return parts.Length == 1 ? CompletionCompleters.CompleteFilename(word) : [];
        int last = parts[2].LastIndexOf(',') + 1;
        HashSet<string> given = [.. parts[2][..last].Split(',')];
        string before = word[..(word.Length - (parts[2].Length - last))];
        return RuntimeFeatures.KnownMountOptions
            .Where(option => option.StartsWith(parts[2][last..], StringComparison.Ordinal) && !given.Contains(option))
            .Select(option => new CompletionResult(Quoting.Quote(before + option), option, CompletionResultType.ParameterValue, option));
    }
}
