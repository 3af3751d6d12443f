using System.Globalization;
using System.Text;
using OciRuntime.Cli.Arguments;
using OciRuntime.Cli.Output;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Lifecycle;

namespace OciRuntime.Cli.Commands;

/// <summary><c>ps ID [PS OPTIONS]</c>: the container's processes as ps(1) shows them, or their host pids as JSON.</summary>
internal static class PsCommand
{
    internal static readonly Command Definition = new(
        "ps",
        "[command options] <container-id> [ps options]",
        "list the processes of a container",
        [new Option("format", 'f', "table|json", "output format")],
        (1, int.MaxValue),
        Run,
        Interspersed: false,
        Ids: Command.NotEnded);

    private const int MostOutput = 64 << 20;

    private static int Run(Invocation invocation)
    {
        string format = invocation.Own.Value("format") ?? "table";
        if (format is not ("table" or "json"))
            throw new OciException(OciErrorCode.InvalidArgument, "invalid format option");
        IReadOnlyList<int> pids = invocation.Runtime.Processes(invocation.Id);
        StandardStream.Out(format == "json" ? Json(pids) : Table(pids, invocation.Own.Arguments[1..]));
        return 0;
    }

    private static string Json(IReadOnlyList<int> pids) => $"[{string.Join(',', pids.Select(Number))}]\n";

    // The lines of ps about the processes, below its heading: works with any options that show the pid.
    private static string Table(IReadOnlyList<int> pids, List<string> options)
    {
        string[] lines = Ps(options.Count == 0 ? ["-ef"] : options).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int column = lines.Length == 0 ? -1 : Array.IndexOf(Fields(lines[0]), "PID");
        if (column < 0)
            throw new OciException(OciErrorCode.InvalidArgument, "couldn't find PID field in ps output");
        var wanted = new HashSet<string>(pids.Select(Number));
        var text = new StringBuilder(lines[0]).Append('\n');
        foreach (string line in lines.AsSpan(1))
        {
            string[] fields = Fields(line);
            if (column < fields.Length && wanted.Contains(fields[column]))
                text.Append(line).Append('\n');
        }
        return text.ToString();
    }

    private static string Ps(List<string> options)
    {
        string path = ChildProgram.Find("ps") ?? throw new OciException(OciErrorCode.FileNotFound, "ps is not installed")
        {
            Object = "ps",
            Hint = "--format json does not need ps (Debian: apt install procps)",
        };
        string[] environment = [.. Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().Select(entry => $"{entry.Key}={entry.Value}")];
        using var cancel = new CancelSignal(CancellationToken.None);
        ProgramResult result = ChildProgram.Run(path, ["ps", .. options], environment, [], directory: null, timeoutSeconds: null, files: Caller.FileLimit, cancel, MostOutput);
        if (result is { StartErrno: 0, Status: { Signal: 0, Code: 0 } })
            return result.Text;
        string why = result.StartErrno != 0 ? KernelError.Reason(result.StartErrno)
            : result.Status is { Signal: 0 } status ? $"exit status {Number(status.Code)}" : "killed";
        throw new OciException(OciErrorCode.InvalidArgument, $"{path}: {why}{(result.Output.Length > 0 ? ": " + result.Output : string.Empty)}") { Object = path };
    }

    private static string[] Fields(string line) => line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);

    private static string Number(int pid) => pid.ToString(CultureInfo.InvariantCulture);
}
