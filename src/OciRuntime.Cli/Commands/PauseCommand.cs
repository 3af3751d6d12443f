using OciRuntime.Core.State;

namespace OciRuntime.Cli.Commands;

/// <summary><c>pause ID</c> and <c>resume ID</c>.</summary>
internal static class PauseCommand
{
    internal static readonly Command Pause = new("pause", "<container-id>", "freeze all processes of a container", [], (1, 1), static invocation =>
    {
        invocation.Runtime.Pause(invocation.Id);
        return 0;
    }, Ids: [ContainerStatus.Created, ContainerStatus.Running]);

    internal static readonly Command Resume = new("resume", "<container-id>", "thaw all processes of a container", [], (1, 1), static invocation =>
    {
        invocation.Runtime.Resume(invocation.Id);
        return 0;
    }, Ids: [ContainerStatus.Paused]);
}
