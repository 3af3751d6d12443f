namespace OciRuntime.Core.Hardening;

/// <summary>One rule of <see cref="SecurityReview"/>.</summary>
internal interface ISecurityRule
{
    /// <summary>Returns what the rule finds. Never throws for what is in the configuration.</summary>
    IEnumerable<OciSecurityFinding> Check(SecurityFacts facts);
}
