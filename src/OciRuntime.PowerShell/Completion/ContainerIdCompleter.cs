using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;

namespace OciRuntime.PowerShell.Completion;

/// <summary>Offers the ids of containers in a status that the cmdlet can act on. Reads only the state root.</summary>
public sealed class ContainerIdCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            string word = Quoting.Unquote(wordToComplete);
            return new ContainerRuntime(new RuntimeOptions { Root = SessionRoot.Of(commandName, fakeBoundParameters), ListsAgain = true }).List()
                .Where(container => container.Id.StartsWith(word, StringComparison.Ordinal) && Fits(commandName, container))
                .Select(container => new CompletionResult(
                    container.Id, container.Id, CompletionResultType.ParameterValue, $"{container.Status}: {string.Join(' ', container.Command)}".TrimEnd(' ', ':')))
                .ToList();
        }
        catch (Exception e) when (e is OciException or IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException or RuntimeException)
        {
            // Nothing to offer; an error at the prompt would be worse.
            return [];
        }
    }

    private static bool Fits(string command, OciContainer container) => command.ToUpperInvariant() switch
    {
        "START-OCICONTAINER" => container.Is(ContainerStatus.Created),
        "SUSPEND-OCICONTAINER" => container.Is(ContainerStatus.Running),
        "RESUME-OCICONTAINER" => container.Is(ContainerStatus.Paused),
        "CHECKPOINT-OCICONTAINER" => container.Is(ContainerStatus.Running, ContainerStatus.Paused),
        "INVOKE-OCICONTAINERCOMMAND" => container.Is(ContainerStatus.Created, ContainerStatus.Running),
        "ADD-OCIMOUNT" or "REMOVE-OCIMOUNT" or "STOP-OCICONTAINER" or "SEND-OCICONTAINERSIGNAL" or "GET-OCICONTAINERPROCESS" or "SET-OCICONTAINERRESOURCE" =>
            container.Is(ContainerStatus.Created, ContainerStatus.Running, ContainerStatus.Paused),
        _ => true,
    };
}
