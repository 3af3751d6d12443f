using System.Text;
using OciRuntime.Cli.Output;
using OciRuntime.Core.Errors;

namespace OciRuntime.Cli.Commands;

/// <summary><c>completion SHELL</c>: prints a script that makes a shell complete our command line. The script runs ocirun at each Tab, so it never goes out of date.</summary>
internal static class CompletionCommand
{
    /// <summary>The command that the scripts call, with the words of the line up to the cursor.</summary>
    internal const string Candidates = "__complete";

    internal static readonly string[] Shells = ["bash", "fish", "pwsh", "zsh"];

    internal static readonly Command Definition = new(
        "completion", "bash|fish|pwsh|zsh", "print a script that makes a shell complete commands, options and ids", [], (1, 1), Run);

    internal static readonly Command Hidden = new(Candidates, "[words]", "print the candidates for the last word", [], (0, int.MaxValue), Complete, Interspersed: false);

    private static int Run(Invocation invocation)
    {
        string shell = invocation.Own.Arguments[0];
        StandardStream.Out(CompletionScript.Of(shell) ?? throw new OciException(
            OciErrorCode.InvalidArgument, $"no completion for the shell \"{shell}\": {string.Join(", ", Shells)}"));
        return 0;
    }

    // Prints lines "value<tab>description", and a last line that names what else fits: files, directories or nothing.
    private static int Complete(Invocation invocation)
    {
        CompletionResult result = CompletionResult.Of(invocation.Own.Arguments);
        var text = new StringBuilder();
        foreach ((string value, string description) in result.Values)
            text.Append(value).Append('\t').Append(description).Append('\n');
        StandardStream.Out(text.Append(':').Append(result.Paths).Append('\n').ToString());
        return 0;
    }
}
