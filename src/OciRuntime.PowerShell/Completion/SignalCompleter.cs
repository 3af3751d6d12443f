using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using OciRuntime.Core.Lifecycle;

namespace OciRuntime.PowerShell.Completion;

/// <summary>Offers signal names, typed with or without SIG.</summary>
public sealed class SignalCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Quoting.Matching(
            SignalNames.All.Select((name, index) => (name, (index + 1).ToString(CultureInfo.InvariantCulture))), wordToComplete, "SIG");
}
