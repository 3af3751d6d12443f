using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Hardening.Rules;

/// <summary>No limit of what one container can take from all others.</summary>
internal sealed class LimitRule : ISecurityRule
{
    public IEnumerable<OciSecurityFinding> Check(SecurityFacts facts)
    {
        OciResources? resources = facts.Spec.Linux?.Resources;
        if (resources?.Memory?.Limit is not > 0 && !IsUnified("memory.max"))
        {
            yield return new OciSecurityFinding(
                "NoMemoryLimit", OciSecuritySeverity.Medium, "/linux/resources/memory/limit", "takes all memory of the machine", "Set-OciResource -Memory SIZE");
        }
        if (resources?.Pids?.Limit is not > 0 && !IsUnified("pids.max"))
        {
            yield return new OciSecurityFinding(
                "NoPidsLimit", OciSecuritySeverity.Medium, "/linux/resources/pids/limit", "takes all process ids of the machine: a fork bomb", "Set-OciResource -Pids NUMBER");
        }

        bool IsUnified(string file) => resources?.Unified?.TryGetValue(file, out string? value) == true && value.Trim() != "max";
    }
}
