using OciRuntime.Cli.Arguments;
using OciRuntime.Cli.Terminal;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;

namespace OciRuntime.Cli.Commands;

/// <summary><c>run ID</c>: creates and starts a container; in the foreground also waits and deletes it.</summary>
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
        // Not disposed when detached: that would reap a process that has ended already, and its exit status is for whoever adopts it.
        if (detach)
        {
            AwaitReady(invocation, invocation.Runtime.Run(request), mainPid: null, CancellationToken.None);
            return 0;
        }
        using var foreground = new Foreground();
        using ContainerProcess process = invocation.Runtime.Run(request, foreground.Insisted);
        using var over = new CancellationTokenSource();
        Thread? relay = process.Notifies ? Relay(invocation, process, over.Token) : null;
        try
        {
            int code = foreground.Wait(process);
            relay?.Join(); // it ends with the process, and passes on its last message
            return code;
        }
        finally
        {
            over.Cancel();
            relay?.Join();
            if (!invocation.Own.Has("keep"))
                invocation.Runtime.Delete(invocation.Id, force: true);
        }
    }

    // The service manager keeps watching this command, whose exit code is the container's.
    private static Thread Relay(Invocation invocation, ContainerProcess process, CancellationToken over)
    {
        var relay = new Thread(() => AwaitReady(invocation, process, Environment.ProcessId, over)) { IsBackground = true, Name = "oci-notify" };
        relay.Start();
        return relay;
    }

    // The container runs, even if the service manager is not notified.
    private static void AwaitReady(Invocation invocation, ContainerProcess process, int? mainPid, CancellationToken over)
    {
        try
        {
            process.AwaitReady(mainPid, over);
        }
        catch (OciException e) when (e.Code == OciErrorCode.Cancelled)
        {
            // The command is ending for another reason.
        }
        catch (OciException e)
        {
            invocation.Log.Write(RuntimeLogLevel.Warning, e.Message);
        }
    }
}
