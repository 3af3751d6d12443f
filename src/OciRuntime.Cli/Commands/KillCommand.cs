using OciRuntime.Cli.Arguments;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;

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
        string name = invocation.Own.Arguments.Count > 1 && invocation.Own.Arguments[1].Length > 0 ? invocation.Own.Arguments[1] : "SIGTERM";
        // 0 asks whether it is there (kill(2)).
        int signal = 0;
        if (name != "0" && !SignalNames.TryParse(name, out signal))
            throw new OciException(OciErrorCode.InvalidArgument, $"unknown signal \"{name}\"") { Object = name };
        invocation.Runtime.Kill(invocation.Id, signal, invocation.Own.Has("all"));
        return 0;
    }
}
