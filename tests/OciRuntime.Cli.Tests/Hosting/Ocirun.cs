using System.Diagnostics;
using System.Text.RegularExpressions;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Cli.Tests.Hosting;

/// <summary>How a run of the command ended.</summary>
internal sealed record Result(int ExitCode, string Output, string Error)
{
    /// <summary>The msg of the one line on stderr.</summary>
    public string Message => Regex.Match(Error, "^time=\"[^\"]+\" level=error msg=\"(.*)\"\n$") is { Success: true } match
        ? Regex.Unescape(match.Groups[1].Value)
        : throw new InvalidOperationException($"stderr is not one line of log: {Error}");
}

/// <summary>The command as a process: output goes to files, because a container keeps its standard streams open after create.</summary>
internal static class Ocirun
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static string Path { get; } = Machine.InStage("bin/ocirun");

    /// <summary>Why tests can't run, or null.</summary>
    public static string? Missing { get; } = File.Exists(Path) ? Machine.MissingForContainers : "out/bin/ocirun is not built (./build.sh build makes it)";

    public static Result Run(string directory, params string[] arguments) => RunAs(Path, directory, arguments);

    public static Result RunAs(string program, string directory, params string[] arguments)
    {
        using var files = new TemporaryDirectory();
        using Process process = Start(program, directory, files["out"], files["err"], arguments);
        return new Result(End(process, arguments), File.ReadAllText(files["out"]), File.ReadAllText(files["err"]));
    }

    public static Process Start(string program, string directory, string output, string error, params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "out=$1 err=$2; shift 2; exec \"$@\" >\"$out\" 2>\"$err\" </dev/null", "sh", output, error, program, .. arguments])
        {
            WorkingDirectory = directory,
        };
        return Process.Start(start)!;
    }

    public static int End(Process process, params string[] arguments)
    {
        if (process.WaitForExit(Patience))
            return process.ExitCode;
        process.Kill();
        throw new TimeoutException($"ocirun {string.Join(' ', arguments)} did not end");
    }
}
