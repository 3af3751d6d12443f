using System.Globalization;
using System.Text;
using OciRuntime.Cli.Arguments;
using OciRuntime.Cli.Output;
using OciRuntime.Core.Errors;
using OciRuntime.Core.State;

namespace OciRuntime.Cli.Commands;

/// <summary><c>list</c>: lists all containers of the state root.</summary>
internal static class ListCommand
{
    internal static readonly Command Definition = new(
        "list",
        "[command options]",
        "list containers",
        [new Option("format", 'f', "table|json", "output format"), new Option("quiet", 'q', null, "ids only")],
        (0, 0),
        Run);

    private static readonly string[] Header = ["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"];

    private static int Run(Invocation invocation)
    {
        if (invocation.Global.Value("root") is { } root && !invocation.Runtime.HasRoot())
            throw new OciException(OciErrorCode.FileNotFound, $"the state root {root} does not exist") { Object = root };
        string format = invocation.Own.Value("format") ?? "table";
        if (format is not ("table" or "json"))
            throw new OciException(OciErrorCode.InvalidArgument, "invalid format option");
        List<OciContainer> containers = [.. invocation.Runtime.List()];
        if (invocation.Own.Has("quiet"))
        {
            var ids = new StringBuilder();
            foreach (OciContainer container in containers)
                ids.Append(container.Id).Append('\n');
            StandardStream.Out(ids.ToString());
            return 0;
        }

        if (format == "json")
        {
            StandardStream.Out([.. ContainerJson.Of(containers), (byte)'\n']);
            return 0;
        }
        var rows = new List<string[]>(containers.Count + 1) { Header };
        foreach (OciContainer c in containers)
            rows.Add(Row(c));
        StandardStream.Out(Table.Format(rows));
        return 0;
    }

    // Of a broken container only the name is known.
    private static string[] Row(OciContainer c) => c.CreatedUtc is { } created
        ? [c.Id, c.Pid.ToString(CultureInfo.InvariantCulture), ContainerJson.StatusText(c.State), c.Bundle ?? "", ContainerJson.Time(created), c.Owner ?? ""]
        : [c.Id, "-", ContainerJson.StatusText(c.State), "-", "-", "-"];
}
