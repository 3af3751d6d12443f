namespace OciRuntime.Core.Hardening.Rules;

/// <summary>The programs of the container can be changed from inside.</summary>
internal sealed class WritableRootfsRule : ISecurityRule
{
    public IEnumerable<OciSecurityFinding> Check(SecurityFacts facts)
    {
        if (facts.Spec.Root is { Readonly: false })
        {
            yield return new OciSecurityFinding(
                "WritableRootfs", OciSecuritySeverity.Low, "/root/readonly", "programs of the container can be replaced, and the change stays", "New-OciSpec -ReadonlyRootfs, or root.readonly: true");
        }
    }
}
