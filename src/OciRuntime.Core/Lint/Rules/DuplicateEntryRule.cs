using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Lint.Rules;

/// <summary>Lists that mean a set, with an entry more than once.</summary>
internal sealed class DuplicateEntryRule : ISpecRule
{
    public void Check(OciSpec spec, List<OciSpecIssue> issues)
    {
        Check(spec.Process?.Capabilities?.Bounding, "/process/capabilities/bounding", issues);
        Check(spec.Process?.Capabilities?.Effective, "/process/capabilities/effective", issues);
        Check(spec.Process?.Capabilities?.Inheritable, "/process/capabilities/inheritable", issues);
        Check(spec.Process?.Capabilities?.Permitted, "/process/capabilities/permitted", issues);
        Check(spec.Process?.Capabilities?.Ambient, "/process/capabilities/ambient", issues);
        Check(spec.Process?.User?.AdditionalGids, "/process/user/additionalGids", issues);
        Check(spec.Linux?.MaskedPaths, "/linux/maskedPaths", issues);
        Check(spec.Linux?.ReadonlyPaths, "/linux/readonlyPaths", issues);
        Check(spec.Linux?.Seccomp?.Architectures, "/linux/seccomp/architectures", issues);
        Check(spec.Linux?.Seccomp?.Flags, "/linux/seccomp/flags", issues);
    }

    private static void Check<T>(List<T>? entries, string pointer, List<OciSpecIssue> issues)
    {
        var seen = new HashSet<T>();
        for (int i = 0; i < entries?.Count; i++)
            if (!seen.Add(entries[i]))
                issues.Add(new OciSpecIssue("DuplicateEntry", OciIssueSeverity.Info, SpecPointer.Item(pointer, i), $"{entries[i]} is given twice"));
    }
}
