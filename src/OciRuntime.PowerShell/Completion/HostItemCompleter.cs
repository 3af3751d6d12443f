using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using OciRuntime.Core.Observe;

namespace OciRuntime.PowerShell.Completion;

/// <summary>Offers the names of the items that Test-OciHost checks.</summary>
public sealed class HostItemCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        HostReport.Read()
            .Where(item => item.Name.StartsWith(Quoting.Unquote(wordToComplete), StringComparison.OrdinalIgnoreCase))
            .Select(static item => new CompletionResult(item.Name.Contains(' ', StringComparison.Ordinal) ? Quoting.Quote(item.Name) : item.Name, item.Name, CompletionResultType.ParameterValue, item.About));
}
