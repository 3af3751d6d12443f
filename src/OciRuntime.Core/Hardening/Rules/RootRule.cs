namespace OciRuntime.Core.Hardening.Rules;

/// <summary>The process is root inside.</summary>
internal sealed class RootRule : ISecurityRule
{
    public IEnumerable<OciSecurityFinding> Check(SecurityFacts facts)
    {
        if (facts.IsRoot)
        {
            yield return new OciSecurityFinding(
                "RootInside", facts.HasUserNamespace ? OciSecuritySeverity.Low : OciSecuritySeverity.Medium, "/process/user/uid",
                facts.HasUserNamespace ? "the process is root of its user namespace" : "the process is uid 0, which owns files and settings of the host",
                "Set-OciProcess -User UID:GID");
        }
    }
}
