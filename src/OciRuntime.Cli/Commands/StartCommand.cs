using OciRuntime.Core.State;

namespace OciRuntime.Cli.Commands;

/// <summary><c>start ID</c>: opens the start gate.</summary>
internal static class StartCommand
{
    internal static readonly Command Definition = new("start", "<container-id>", "start a created container", [], (1, 1), Run, Ids: [ContainerStatus.Created]);

    private static int Run(Invocation invocation)
    {
        invocation.Runtime.Start(invocation.Id);
        return 0;
    }
}
