using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Lint.Rules;

/// <summary>The later of two mounts on one path hides the earlier.</summary>
internal sealed class DuplicateMountRule : ISpecRule
{
    public void Check(OciSpec spec, List<OciSpecIssue> issues)
    {
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < spec.Mounts?.Count; i++)
        {
            string destination = "/" + (spec.Mounts[i].Destination ?? string.Empty).Trim('/');
            if (!first.TryAdd(destination, i))
                issues.Add(new OciSpecIssue("DuplicateMount", OciIssueSeverity.Warning, SpecPointer.Item("/mounts", i), $"hides {SpecPointer.Item("/mounts", first[destination])}: both are on {destination}"));
        }
    }
}
