using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using OciRuntime.Core.Observe;

namespace OciRuntime.PowerShell.Completion;

/// <summary>Offers the runtime-spec's names of namespaces.</summary>
public sealed class NamespaceCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Quoting.Matching(RuntimeFeatures.KnownNamespaces, wordToComplete);
}
