using OciRuntime.Cli.Arguments;
using OciRuntime.Core.Errors;

namespace OciRuntime.Cli.Commands;

/// <summary><c>kill ID [SIGNAL]</c>: SIGTERM unless told otherwise.</summary>
internal static class KillCommand
{
    internal static readonly Command Definition = new(
        "kill",
        "[command options] <container-id> [signal]",
        "send a signal to a container",
        [new Option("all", 'a', null, "send it to all processes")],
        (1, 2),
        Run);

    private static int Run(Invocation invocation)
    {
        string name = invocation.Own.Arguments.Count > 1 ? invocation.Own.Arguments[1] : "SIGTERM";
        int signal = SignalName.Parse(name) ?? throw new UsageException($"unknown signal \"{name}\"");
        bool all = invocation.Own.Has("all");
        try
        {
            invocation.Runtime.Kill(invocation.Id, signal, all);
        }
        catch (OciException e) when (all && e.Code == OciErrorCode.ContainerNotRunning)
        {
            // With --all there is nothing left to do.
        }

        return 0;
    }
}
