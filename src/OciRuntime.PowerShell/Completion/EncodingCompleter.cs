using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Completion;

/// <summary>Offers the names of text encodings.</summary>
public sealed class EncodingCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Quoting.Matching(EncodingConversionAttribute.Names.Select(static name => (name, name)), wordToComplete);
}
