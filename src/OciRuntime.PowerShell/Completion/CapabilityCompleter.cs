using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using OciRuntime.Core.Spec;

namespace OciRuntime.PowerShell.Completion;

/// <summary>Offers capability names, typed with or without CAP_.</summary>
public sealed class CapabilityCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Quoting.Matching(CapabilityNames.All.Append("ALL").Select(name => (name, name)), wordToComplete, "CAP_");
}
