using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Lint.Rules;

/// <summary>Values that the runtime-spec does not allow but runc and crun accept; so does create.</summary>
internal sealed class TakenAsMeantRule : IFixingRule
{
    public void Check(OciSpec spec, List<OciSpecIssue> issues)
    {
        if (SpecVersion.Problem(spec.OciVersion) is null && SpecVersion.Remark(spec.OciVersion) is { } remark)
            Warn(issues, "UnusualVersion", "/ociVersion", remark);
        Seccomp(spec.Linux?.Seccomp, issues);
        for (int i = 0; i < spec.Linux?.Resources?.Devices?.Count; i++)
        {
            string? access = spec.Linux.Resources.Devices[i].Access;
            if (access.AsSpan().ContainsAnyExcept("rwm") && access.AsSpan().ContainsAny("rwm"))
                Warn(issues, "UnknownAccess", SpecPointer.Item("/linux/resources/devices", i) + "/access", $"\"{access}\" has letters other than r, w and m; they are ignored");
        }
    }

    private static void Seccomp(OciSeccomp? seccomp, List<OciSpecIssue> issues)
    {
        if (seccomp is { IsEmpty: true })
            Warn(issues, "NoFilter", "/linux/seccomp", "neither defaultAction nor syscalls: nothing is filtered");
        for (int i = 0; i < seccomp?.Syscalls?.Count; i++)
        {
            if (seccomp.Syscalls[i].Names is not { Count: > 0 })
                Warn(issues, "RuleOfNothing", SpecPointer.Item("/linux/seccomp/syscalls", i) + "/names", "no system call is named: the rule has no effect");
        }
    }

    private static void Warn(List<OciSpecIssue> issues, string rule, string pointer, string message) =>
        issues.Add(new OciSpecIssue(rule, OciIssueSeverity.Warning, pointer, message));

    public string Remedy => "parts without effect removed";

    public bool Mends(OciSpecIssue issue) => issue.Rule != "UnusualVersion";

    public void Fix(OciSpec spec)
    {
        if (spec.Linux?.Seccomp is { IsEmpty: true })
            spec.Linux.Seccomp = null;
        spec.Linux?.Seccomp?.Syscalls?.RemoveAll(static rule => rule.Names is not { Count: > 0 });
        foreach (OciDeviceRule rule in spec.Linux?.Resources?.Devices ?? [])
        {
            if (rule.Access.AsSpan().ContainsAnyExcept("rwm") && rule.Access.AsSpan().ContainsAny("rwm"))
                rule.Access = string.Concat(rule.Access!.Where(static letter => "rwm".Contains(letter, StringComparison.Ordinal)));
        }
    }
}
