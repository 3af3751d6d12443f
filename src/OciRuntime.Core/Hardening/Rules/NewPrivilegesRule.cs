namespace OciRuntime.Core.Hardening.Rules;

/// <summary>Programs may gain privileges through execve(2).</summary>
internal sealed class NewPrivilegesRule : ISecurityRule
{
    public IEnumerable<OciSecurityFinding> Check(SecurityFacts facts)
    {
        if (facts.Spec.Process?.NoNewPrivileges != true)
        {
            yield return new OciSecurityFinding(
                "NewPrivileges", OciSecuritySeverity.Medium, "/process/noNewPrivileges", "set-user-id programs and file capabilities give the bounding set to any process inside",
                "Set-OciProcess -NoNewPrivileges");
        }
    }
}
