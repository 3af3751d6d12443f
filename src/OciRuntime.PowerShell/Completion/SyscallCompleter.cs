using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using OciRuntime.Core.Seccomp;

namespace OciRuntime.PowerShell.Completion;

/// <summary>Offers the names of system calls.</summary>
public sealed class SyscallCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Quoting.Matching(SeccompProfile.SyscallNames.Select(static name => (name, name)), wordToComplete);
}
