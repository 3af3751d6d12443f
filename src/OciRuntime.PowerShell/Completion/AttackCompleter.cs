using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using OciRuntime.Core.Hardening;

namespace OciRuntime.PowerShell.Completion;

/// <summary>Offers the names of the attacks that Test-OciHardening tries.</summary>
public sealed class AttackCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        HardeningTest.Attacks
            .Where(attack => attack.Name.StartsWith(Quoting.Unquote(wordToComplete), StringComparison.OrdinalIgnoreCase))
            .Select(static attack => new CompletionResult(attack.Name, attack.Name, CompletionResultType.ParameterValue, attack.About));
}
