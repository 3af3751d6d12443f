using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Lint.Rules;

/// <summary>mounts[].destination must be absolute (config.md, "Mounts"); runc still accepts relative ones and takes them from the root.</summary>
internal sealed class RelativeDestinationRule : IFixingRule
{
    public void Check(OciSpec spec, List<OciSpecIssue> issues)
    {
        for (int i = 0; i < spec.Mounts?.Count; i++)
        {
            string? destination = spec.Mounts[i].Destination;
            if (!string.IsNullOrEmpty(destination) && destination[0] != '/')
                issues.Add(new OciSpecIssue("RelativeDestination", OciIssueSeverity.Warning, SpecPointer.Item("/mounts", i) + "/destination", $"\"{destination}\" is relative; it is taken from the root", $"write \"/{destination}\""));
        }
    }

    public string Remedy => "made absolute";

    public void Fix(OciSpec spec)
    {
        foreach (OciMount mount in spec.Mounts ?? [])
        {
            if (mount.Destination is { Length: > 0 } destination && destination[0] != '/')
                mount.Destination = "/" + destination;
        }
    }
}
