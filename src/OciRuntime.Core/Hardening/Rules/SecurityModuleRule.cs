using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Hardening.Rules;

/// <summary>No security module label, or an unconfined one.</summary>
internal sealed class SecurityModuleRule : ISecurityRule
{
    private const string Hint = "Set-OciProcess -ApparmorProfile or -SelinuxLabel, whichever the machine supports";

    public IEnumerable<OciSecurityFinding> Check(SecurityFacts facts)
    {
        OciProcess? process = facts.Spec.Process;
        if (process?.ApparmorProfile is "unconfined")
            yield return Unconfined("/process/apparmorProfile");
        // The type in user:role:type:level.
        else if (process?.SelinuxLabel?.Split(':').ElementAtOrDefault(2) is "spc_t" or "unconfined_t")
            yield return Unconfined("/process/selinuxLabel");
        else if (string.IsNullOrEmpty(process?.ApparmorProfile) && string.IsNullOrEmpty(process?.SelinuxLabel))
        {
            yield return new OciSecurityFinding(
                "NoSecurityModule", OciSecuritySeverity.Low, "/process/apparmorProfile", "neither AppArmor nor SELinux stops what the other defences let through", Hint);
        }
    }

    private static OciSecurityFinding Unconfined(string pointer) =>
        new("UnconfinedModule", OciSecuritySeverity.Medium, pointer, "the security module is told not to confine the process", Hint);
}
