using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using OciRuntime.Core.Observe;

namespace OciRuntime.PowerShell.Completion;

/// <summary>Offers the mount options that the runtime knows, one at a time.</summary>
public sealed class MountOptionCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Quoting.Matching(RuntimeFeatures.KnownMountOptions.Select(static option => (option, option)), wordToComplete);
}
