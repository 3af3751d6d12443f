using System.Globalization;

namespace OciRuntime.Core.Hardening;

/// <summary>What a configuration lets a process in its container do, as a number with reasons.</summary>
public sealed class OciSecurityScore
{
    internal OciSecurityScore(string? name, IReadOnlyList<OciSecurityFinding> findings)
    {
        Name = name;
        Findings = findings;
    }

    /// <summary>The container's id or the configuration's file; null for an object.</summary>
    public string? Name { get; }

    /// <summary>100 without findings; each takes off its points, down to 0.</summary>
    public int Score => Math.Max(0, 100 - Findings.Sum(static finding => finding.Points));

    /// <summary>How bad the worst finding is; null without one.</summary>
    public string? Worst => Findings.MaxBy(static finding => finding.Level)?.Severity;

    /// <summary>The reasons, the worst first.</summary>
    public IReadOnlyList<OciSecurityFinding> Findings { get; }

    /// <summary>The score.</summary>
    public override string ToString() => Score.ToString(CultureInfo.InvariantCulture);
}
