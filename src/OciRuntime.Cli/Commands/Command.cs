using OciRuntime.Cli.Arguments;
using OciRuntime.Core.State;

namespace OciRuntime.Cli.Commands;

/// <summary>One command: its texts, and what it does.</summary>
/// <param name="Name">The verb.</param>
/// <param name="Usage">Arguments, for the help.</param>
/// <param name="Summary">One line.</param>
/// <param name="Options">Its options, without help.</param>
/// <param name="Arguments">Fewest and most arguments.</param>
/// <param name="Run">Runs the command and returns the exit code.</param>
/// <param name="Interspersed">Options may follow the arguments; false when a container's command follows.</param>
/// <param name="Actions">The actions that its first argument may name, before the id. Null for most.</param>
/// <param name="Ids">Statuses of the containers that its argument may name, for completion; an empty list for any, null when it is not a container or a new one.</param>
internal sealed record Command(
    string Name, string Usage, string Summary, Option[] Options, (int Fewest, int Most) Arguments, Func<Invocation, int> Run, bool Interspersed = true, string[]? Actions = null, ContainerStatus[]? Ids = null)
{
    internal static readonly ContainerStatus[] NotEnded = [ContainerStatus.Created, ContainerStatus.Running, ContainerStatus.Paused];
}
