using OciRuntime.Cli.Arguments;
using OciRuntime.Cli.Terminal;
using OciRuntime.Core.Lifecycle;

namespace OciRuntime.Cli.Commands;

/// <summary><c>run ID</c>: create and start; in the foreground also wait and delete.</summary>
internal static class RunCommand
{
    internal static readonly Command Definition = new(
        "run",
        "[command options] <container-id>",
        "create and run a container",
        [.. CreateOptions.All, new Option("detach", 'd', null, "return once the process runs"), new Option("keep", '\0', null, "do not delete the container at the end")],
        (1, 1),
        Run);

    private static int Run(Invocation invocation)
    {
        bool detach = invocation.Own.Has("detach");
        CreateRequest request = CreateOptions.Request(invocation, detach);
        if (invocation.Own.Has("dry-run"))
            return DryRun.Print(invocation, request);
        // Not disposed when detached: that reaps one that has ended already, and its exit status is for whoever adopts it.
        if (detach)
        {
            invocation.Runtime.Run(request);
            return 0;
        }
        using var foreground = new Foreground();
        using ContainerProcess process = invocation.Runtime.Run(request, foreground.Insisted);
        try
        {
            return foreground.Wait(process);
        }
        finally
        {
            if (!invocation.Own.Has("keep"))
                invocation.Runtime.Delete(invocation.Id, force: true);
        }
    }
}
