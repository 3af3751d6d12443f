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
        [new Option("all", 'a', null, "send it to all processes"), IdPattern.OptionWithLetter],
        (1, 2),
        Run,
        Ids: Command.NotEnded);

    private static int Run(Invocation invocation)
    {
        string name = invocation.Own.Arguments.Count > 1 && invocation.Own.Arguments[1].Length > 0 ? invocation.Own.Arguments[1] : "SIGTERM";
        // Signal 0 only checks that the process exists (kill(2)).
        int signal = 0;
        if (name != "0" && !SignalNames.TryParse(name, out signal))
            throw new OciException(OciErrorCode.InvalidArgument, $"unknown signal \"{name}\"") { Object = name };
        bool all = invocation.Own.Has("all");
        return IdPattern.ForEach(invocation, static container => container.Is(Command.NotEnded), id => invocation.Runtime.Kill(id, signal, all));
    }
}
