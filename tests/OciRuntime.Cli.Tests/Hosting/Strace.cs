using System.Globalization;
using OciRuntime.Tests.Shared;

namespace OciRuntime.Cli.Tests.Hosting;

/// <summary>Runs the command with one call of it made to fail, or killed at it (strace(1), "Tampering").</summary>
internal static class Strace
{
    /// <summary>Runs the command on the bundle's state root.</summary>
    /// <param name="bundle">Where.</param>
    /// <param name="calls">Names of one call on different architectures and C libraries.</param>
    /// <param name="injection">As strace has it: error=EIO, signal=SIGKILL.</param>
    /// <param name="when">The how manieth of them, from 1.</param>
    /// <param name="injected">False when there were fewer.</param>
    /// <param name="arguments">Of the command.</param>
    public static Result Run(Bundle bundle, string calls, string injection, int when, out bool injected, params string[] arguments)
    {
        string trace = Path.Combine(bundle.Work, "trace");
        string known = string.Join(',', calls.Split(',').Select(static call => "?" + call));
        // Not its children: the helper, hooks and the container are another matter.
        Result result = Ocirun.RunAs(
            Machine.FindProgram("strace")!,
            bundle.Path,
            ["-o", trace, "-e", "trace=" + known, "-e", $"inject={known}:{injection}:when={when.ToString(CultureInfo.InvariantCulture)}", Ocirun.Path, "--root", bundle.Root, .. arguments]);
        string text = File.ReadAllText(trace);
        injected = text.Contains("(INJECTED)", StringComparison.Ordinal) || text.Contains("killed by SIGKILL", StringComparison.Ordinal);
        return result;
    }
}
