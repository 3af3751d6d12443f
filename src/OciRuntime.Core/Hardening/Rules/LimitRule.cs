using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Hardening.Rules;

/// <summary>No limit on what a container can take from all others.</summary>
internal sealed class LimitRule : ISecurityRule
{
    public IEnumerable<OciSecurityFinding> Check(SecurityFacts facts)
    {
        OciResources? resources = facts.Spec.Linux?.Resources;
        if (resources?.Memory?.Limit is not > 0 && !IsUnified("memory.max"))
        {
            yield return new OciSecurityFinding(
                "NoMemoryLimit", OciSecuritySeverity.Medium, "/linux/resources/memory/limit", "can use up the machine's memory", "Set-OciResource -Memory SIZE");
        }
        if (resources?.Pids?.Limit is not > 0 && !IsUnified("pids.max"))
        {
            yield return new OciSecurityFinding(
                "NoPidsLimit", OciSecuritySeverity.Medium, "/linux/resources/pids/limit", "can use up the machine's process ids (a fork bomb)", "Set-OciResource -Pids NUMBER");
        }

        bool IsUnified(string file) => resources?.Unified?.TryGetValue(file, out string? value) == true && value.Trim() != "max";
    }
}
