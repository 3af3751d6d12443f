using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace OciRuntime.PowerShell.Completion;

/// <summary>Offers the named profiles, and files.</summary>
public sealed class SeccompProfileCompleter : IArgumentCompleter
{
    private static readonly (string, string)[] Names =
    [
        ("docker", "Docker's default profile"),
        ("podman", "the profile of Podman's package"),
        ("unconfined", "no filter"),
    ];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        [.. Quoting.Matching(parameterName == "Base" ? Names[..2] : Names, wordToComplete), .. CompletionCompleters.CompleteFilename(Quoting.Unquote(wordToComplete))];
}
