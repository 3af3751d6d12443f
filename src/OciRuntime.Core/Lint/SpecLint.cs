using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Lint.Rules;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Lint;

/// <summary>
/// Finds all problems of a configuration in one pass: values that create would refuse (errors), values that work but probably not as
/// intended (warnings), and information. With the facts of a machine it also reports features that the machine lacks. Never throws for the contents of the
/// configuration.
/// </summary>
internal static class SpecLint
{
    private static readonly ISpecRule[] s_rules =
    [
        new CannotCreateRule(),
        new PlanRule(),
        new TakenAsMeantRule(),
        new DeprecatedPrestartRule(),
        new KernelMemoryRule(),
        new IgnoredMappingsRule(),
        new RelativeDestinationRule(),
        new RelativePathRule(),
        new UnknownCapabilityRule(),
        new DuplicateMountRule(),
        new MountOptionRule(),
        new DuplicateDeviceRule(),
        new DuplicateEntryRule(),
        new DuplicateVariableRule(),
        new AmbientCapabilityRule(),
        new UnusedConsoleSizeRule(),
        new UnknownSyscallRule(),
    ];

    /// <summary>Checks the text of a config.json, including its property names.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="fileName">Name for messages; <c>config.json</c> when null.</param>
    /// <param name="host">The machine that is to run it, or null for any.</param>
    /// <returns>The findings in the order of the rules; text that is not JSON is one finding.</returns>
    public static IReadOnlyList<OciSpecIssue> Check(ReadOnlyMemory<byte> json, string? fileName = null, HostFacts? host = null)
    {
        var names = new PropertyNames();
        OciSpec spec;
        try
        {
            spec = SpecReader.ReadAll(json, fileName ?? "config.json", names);
        }
        catch (OciException e)
        {
            return [new OciSpecIssue("InvalidJson", OciIssueSeverity.Error, string.Empty, e.Message)];
        }
        var issues = new List<OciSpecIssue>(names.Issues);
        foreach (OciSpecIssue issue in Check(spec, host))
        {
            // A value that could not be read is empty now, so findings of the rules about it are redundant.
            if (!names.Issues.Exists(known => known.Level == OciIssueSeverity.Error && Covers(known.Pointer, issue.Pointer)))
                issues.Add(issue);
        }
        return issues;
    }

    /// <summary>Checks a configuration object; unknown and duplicate properties can't be seen in it.</summary>
    /// <param name="spec">The configuration.</param>
    /// <param name="host">The machine that is to run it, or null for any.</param>
    /// <returns>The findings in the order of the rules.</returns>
    public static IReadOnlyList<OciSpecIssue> Check(OciSpec spec, HostFacts? host = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var issues = new List<OciSpecIssue>();
        foreach (ISpecRule rule in s_rules)
            rule.Check(spec, issues);
        if (host is not null)
            new HostRule(host).Check(spec, issues);
        return issues;
    }

    /// <summary>
    /// Fixes the findings that have one obvious fix: removes ignored values, and writes others the way the runtime reads them. The resulting
    /// container is the same.
    /// </summary>
    /// <param name="spec">The configuration; it is changed.</param>
    /// <returns>The findings that were fixed, with the fix as their hint.</returns>
    public static IReadOnlyList<OciSpecIssue> Fix(OciSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var mended = new List<OciSpecIssue>();
        foreach (IFixingRule rule in s_rules.OfType<IFixingRule>())
        {
            var issues = new List<OciSpecIssue>();
            rule.Check(spec, issues);
            if (!issues.Exists(rule.Mends))
                continue;
            rule.Fix(spec);
            mended.AddRange(issues.Where(rule.Mends).Select(issue => issue with { Hint = rule.Remedy }));
        }
        return mended;
    }

    private static bool Covers(string known, string pointer) =>
        pointer.StartsWith(known, StringComparison.Ordinal) && (pointer.Length == known.Length || pointer[known.Length] == '/');
}
