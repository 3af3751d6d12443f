using OciRuntime.Core.Planning;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Hardening.Rules;

/// <summary>No filter for system calls, or one that allows calls that it does not name.</summary>
internal sealed class SeccompRule : ISecurityRule
{
    private const string Hint = "Set-OciSeccomp docker";

    public IEnumerable<OciSecurityFinding> Check(SecurityFacts facts)
    {
        if (CrunAnnotations.Of(facts.Spec, CrunAnnotations.SeccompBpfData) is not null)
        {
            yield return new OciSecurityFinding(
                "SeccompAllows", OciSecuritySeverity.Medium, SeccompBpfData.Pointer, "a precompiled program replaces the rules, and can't be reviewed", Hint);
            yield break;
        }
        OciSeccomp? filter = facts.Spec.Linux?.Seccomp;
        bool allows = filter?.DefaultAction is "SCMP_ACT_ALLOW" or "SCMP_ACT_LOG";
        if (filter is null || filter.IsEmpty || (allows && filter.Syscalls is not { Count: > 0 }))
            yield return new OciSecurityFinding("NoSeccomp", OciSecuritySeverity.High, "/linux/seccomp", "every system call of the kernel is allowed", Hint);
        else if (allows)
            yield return new OciSecurityFinding("SeccompAllows", OciSecuritySeverity.Medium, "/linux/seccomp/defaultAction", "system calls that the filter does not name, including new ones, are allowed", Hint);
    }
}
