using OciRuntime.Cli.Output;

namespace OciRuntime.Cli.Commands;

/// <summary><c>state ID</c>: the container as JSON (runtime.md, State).</summary>
internal static class StateCommand
{
    internal static readonly Command Definition = new("state", "<container-id>", "print the state of a container", [], (1, 1), Run);

    private static int Run(Invocation invocation)
    {
        StandardStream.Out([.. ContainerJson.Of(invocation.Runtime.Get(invocation.Id)), (byte)'\n']);
        return 0;
    }
}
