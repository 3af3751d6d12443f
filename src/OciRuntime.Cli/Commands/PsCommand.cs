using System.Globalization;
using System.Text;
using OciRuntime.Cli.Arguments;
using OciRuntime.Cli.Output;
using OciRuntime.Core.Errors;

namespace OciRuntime.Cli.Commands;

/// <summary><c>ps ID</c>: host pids of the container's processes.</summary>
internal static class PsCommand
{
    internal static readonly Command Definition = new(
        "ps",
        "[command options] <container-id>",
        "list the processes of a container",
        [new Option("format", 'f', "table|json", "output format")],
        (1, 1),
        Run);

    private static int Run(Invocation invocation)
    {
        string format = invocation.Own.Value("format") ?? "table";
        if (format is not ("table" or "json"))
            throw new OciException(OciErrorCode.InvalidArgument, "invalid format option");
        IReadOnlyList<int> pids = invocation.Runtime.Processes(invocation.Id);
        var text = new StringBuilder(format == "json" ? "[" : "PID\n");
        for (int i = 0; i < pids.Count; i++)
        {
            if (format == "json" && i > 0)
                text.Append(',');
            text.Append(pids[i].ToString(CultureInfo.InvariantCulture));
            if (format != "json")
                text.Append('\n');
        }

        StandardStream.Out(format == "json" ? text.Append("]\n").ToString() : text.ToString());
        return 0;
    }
}
