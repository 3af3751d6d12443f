using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Lint.Rules;

/// <summary>process.consoleSize without a terminal is ignored (config.md, "Process").</summary>
internal sealed class UnusedConsoleSizeRule : IFixingRule
{
    public void Check(OciSpec spec, List<OciSpecIssue> issues)
    {
        if (spec.Process is { Terminal: false, ConsoleSize: not null })
            issues.Add(new OciSpecIssue("UnusedConsoleSize", OciIssueSeverity.Info, "/process/consoleSize", "ignored: terminal is false", "set terminal to true, or remove consoleSize"));
    }

    public string Remedy => "removed";

    public void Fix(OciSpec spec)
    {
        if (spec.Process is { Terminal: false } process)
            process.ConsoleSize = null;
    }
}
