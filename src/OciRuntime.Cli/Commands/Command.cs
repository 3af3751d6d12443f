using OciRuntime.Cli.Arguments;
using OciRuntime.Core.State;

namespace OciRuntime.Cli.Commands;

/// <summary>One command: its words, and what it does.</summary>
/// <param name="Name">The verb.</param>
/// <param name="Usage">Arguments, for the help.</param>
/// <param name="Summary">One line.</param>
/// <param name="Options">Options it takes, help aside.</param>
/// <param name="Arguments">Fewest and most arguments.</param>
/// <param name="Run">Does it and returns the exit code.</param>
/// <param name="Interspersed">Options may follow the arguments; not where a container's command does.</param>
/// <param name="Actions">What its first argument says is to be done; the id comes behind it. Null for most.</param>
/// <param name="Ids">Statuses of the containers that its argument may name, for completion; none means any, null that it is no container, or a new one.</param>
internal sealed record Command(
    string Name, string Usage, string Summary, Option[] Options, (int Fewest, int Most) Arguments, Func<Invocation, int> Run, bool Interspersed = true, string[]? Actions = null, ContainerStatus[]? Ids = null)
{
    internal static readonly ContainerStatus[] NotEnded = [ContainerStatus.Created, ContainerStatus.Running, ContainerStatus.Paused];
}
