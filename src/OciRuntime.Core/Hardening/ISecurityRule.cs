namespace OciRuntime.Core.Hardening;

/// <summary>One rule of <see cref="SecurityReview"/>.</summary>
internal interface ISecurityRule
{
    /// <summary>Returns the rule's findings. Never throws, whatever the configuration.</summary>
    IEnumerable<OciSecurityFinding> Check(SecurityFacts facts);
}
