using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Completion;

/// <summary>Offers the possible beginnings of a container filter.</summary>
public sealed class FilterCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Quoting.Matching(ContainerFilter.Names.Select(static name => (name + "=", name)), wordToComplete);
}
