using OciRuntime.Cli.Output;
using OciRuntime.Core.State;

namespace OciRuntime.Cli.Commands;

/// <summary><c>state ID</c>: the container as JSON (runtime.md, State).</summary>
internal static class StateCommand
{
    internal static readonly Command Definition = new("state", "<container-id>", "print the state of a container", [], (1, 1), Run, Ids: []);

    private static int Run(Invocation invocation)
    {
        OciContainer container = invocation.Runtime.Get(invocation.Id);
        // Callers know only the spec's four statuses, and none of them would be true.
        if (container.State == ContainerStatus.Broken)
            throw StateDirectory.Broken(container.Id, container.Root);
        StandardStream.Out([.. ContainerJson.Of(container), (byte)'\n']);
        return 0;
    }
}
