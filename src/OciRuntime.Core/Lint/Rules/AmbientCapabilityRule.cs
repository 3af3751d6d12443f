using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Lint.Rules;

/// <summary>A capability can be ambient only when it is permitted and inheritable (capabilities(7)).</summary>
internal sealed class AmbientCapabilityRule : IFixingRule
{
    public void Check(OciSpec spec, List<OciSpecIssue> issues)
    {
        if (spec.Process?.Capabilities is not { Ambient: { } ambient } sets)
            return;
        for (int i = 0; i < ambient.Count; i++)
        {
            if (!CapabilityNames.TryGetBit(ambient[i], out _))
                continue; // reported by another rule
            if (sets.Permitted?.Contains(ambient[i]) != true || sets.Inheritable?.Contains(ambient[i]) != true)
                issues.Add(new OciSpecIssue("AmbientCapability", OciIssueSeverity.Warning, SpecPointer.Item("/process/capabilities/ambient", i), $"{ambient[i]} is not both permitted and inheritable; it can't be raised"));
        }
    }

    public string Remedy => "removed";

    public void Fix(OciSpec spec)
    {
        if (spec.Process?.Capabilities is { Ambient: { } ambient } sets)
            ambient.RemoveAll(name => CapabilityNames.TryGetBit(name, out _) && (sets.Permitted?.Contains(name) != true || sets.Inheritable?.Contains(name) != true));
    }
}
