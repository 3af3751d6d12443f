using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace OciRuntime.PowerShell.Completion;

/// <summary>Offers the runtime-spec's names of namespaces.</summary>
public sealed class NamespaceCompleter : IArgumentCompleter
{
    private static readonly (string, string)[] Names =
    [
        ("pid", "process ids"),
        ("network", "network devices, addresses, ports"),
        ("mount", "mount points"),
        ("ipc", "System V IPC and POSIX message queues"),
        ("uts", "host name and NIS domain name"),
        ("user", "user and group ids"),
        ("cgroup", "the cgroup root"),
        ("time", "boot and monotonic clocks"),
    ];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Quoting.Matching(Names, wordToComplete);
}
