using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Lint.Rules;

/// <summary>An unknown capability is left out with a warning (config.md, "capabilities"): it may belong to a newer kernel, or be mistyped.</summary>
internal sealed class UnknownCapabilityRule : ISpecRule
{
    public void Check(OciSpec spec, List<OciSpecIssue> issues)
    {
        if (spec.Process?.Capabilities is not { } sets)
            return;
        Check(sets.Bounding, "/process/capabilities/bounding", issues);
        Check(sets.Effective, "/process/capabilities/effective", issues);
        Check(sets.Inheritable, "/process/capabilities/inheritable", issues);
        Check(sets.Permitted, "/process/capabilities/permitted", issues);
        Check(sets.Ambient, "/process/capabilities/ambient", issues);
    }

    private static void Check(List<string>? names, string pointer, List<OciSpecIssue> issues)
    {
        for (int i = 0; i < names?.Count; i++)
        {
            if (!CapabilityNames.TryGetBit(names[i], out _))
            {
                issues.Add(new OciSpecIssue(
                    "UnknownCapability", OciIssueSeverity.Warning, SpecPointer.Item(pointer, i), $"unknown capability \"{names[i]}\" is left out", NearestName.Hint(names[i] ?? string.Empty, CapabilityNames.All)));
            }
        }
    }
}
