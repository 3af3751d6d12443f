using OciRuntime.Cli.Arguments;
using OciRuntime.Cli.Output;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Observe;

namespace OciRuntime.Cli.Commands;

/// <summary><c>info</c>: what this machine offers for containers, what is missing and how to get that.</summary>
internal static class InfoCommand
{
    internal static readonly Command Definition = new(
        "info", "[command options]", "show what this host offers for containers, and what is missing", [new Option("format", 'f', "table|json", "output format")], (0, 0), Run);

    private static readonly string[] Header = ["WHAT", "STATUS", "ABOUT"];

    private static int Run(Invocation invocation)
    {
        List<HostItem> items = HostReport.Read();
        switch (invocation.Own.Value("format") ?? "table")
        {
            case "json":
                StandardStream.Out(HostJson.Of(items));
                return 0;
            case "table":
                var rows = new List<string[]> { Header };
                rows.AddRange(items.Select(static item => new[] { item.Name, item.Present ? "ok" : "missing", item.Hint is { } hint ? $"{item.About}: {hint}" : item.About }));
                StandardStream.Out(Table.Format(rows));
                return 0;
            default:
                throw new OciException(OciErrorCode.InvalidArgument, "invalid format option");
        }
    }
}
