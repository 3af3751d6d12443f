using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Lint.Rules;

/// <summary>A variable that is set twice, which is rarely on purpose: the last value counts.</summary>
internal sealed class DuplicateVariableRule : IFixingRule
{
    public void Check(OciSpec spec, List<OciSpecIssue> issues)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < spec.Process?.Env?.Count; i++)
        {
            string entry = spec.Process.Env[i] ?? string.Empty;
            int end = entry.IndexOf('=', StringComparison.Ordinal);
            if (end > 0 && !seen.Add(entry[..end]))
                issues.Add(new OciSpecIssue("DuplicateVariable", OciIssueSeverity.Warning, SpecPointer.Item("/process/env", i), $"{entry[..end]} is set twice; the last one counts"));
        }
    }

    public string Remedy => "earlier ones removed";

    public void Fix(OciSpec spec)
    {
        if (spec.Process?.Env is not { } env)
            return;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = env.Count - 1; i >= 0; i--)
        {
            int end = (env[i] ?? string.Empty).IndexOf('=', StringComparison.Ordinal);
            if (end > 0 && !seen.Add(env[i][..end]))
                env.RemoveAt(i);
        }
    }
}
