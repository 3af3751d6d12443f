using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Lint.Rules;

/// <summary>hooks.prestart is deprecated since runtime-spec 1.0.2.</summary>
internal sealed class DeprecatedPrestartRule : IFixingRule
{
    public void Check(OciSpec spec, List<OciSpecIssue> issues)
    {
        if (spec.Hooks?.Prestart is { Count: > 0 })
            issues.Add(new OciSpecIssue("DeprecatedPrestart", OciIssueSeverity.Warning, "/hooks/prestart", "prestart hooks are deprecated", "use createRuntime, createContainer or startContainer"));
    }

    public string Remedy => "moved before the createRuntime hooks, which run at the same point";

    public void Fix(OciSpec spec)
    {
        if (spec.Hooks is not { Prestart: { Count: > 0 } prestart } hooks)
            return;
        hooks.CreateRuntime = [.. prestart, .. hooks.CreateRuntime ?? []];
        hooks.Prestart = null;
    }
}
