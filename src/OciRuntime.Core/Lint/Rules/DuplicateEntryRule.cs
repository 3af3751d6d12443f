using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Lint.Rules;

/// <summary>Lists that are sets and have an entry more than once.</summary>
internal sealed class DuplicateEntryRule : IFixingRule
{
    public void Check(OciSpec spec, List<OciSpecIssue> issues) => Walk(spec, issues);

    public string Remedy => "removed";

    public void Fix(OciSpec spec) => Walk(spec, issues: null);

    // Adds the findings to a list, or fixes them if there is none.
    private static void Walk(OciSpec spec, List<OciSpecIssue>? issues)
    {
        Visit(spec.Process?.Capabilities?.Bounding, "/process/capabilities/bounding", issues);
        Visit(spec.Process?.Capabilities?.Effective, "/process/capabilities/effective", issues);
        Visit(spec.Process?.Capabilities?.Inheritable, "/process/capabilities/inheritable", issues);
        Visit(spec.Process?.Capabilities?.Permitted, "/process/capabilities/permitted", issues);
        Visit(spec.Process?.Capabilities?.Ambient, "/process/capabilities/ambient", issues);
        Visit(spec.Process?.User?.AdditionalGids, "/process/user/additionalGids", issues);
        Visit(spec.Linux?.MaskedPaths, "/linux/maskedPaths", issues);
        Visit(spec.Linux?.ReadonlyPaths, "/linux/readonlyPaths", issues);
        Visit(spec.Linux?.Seccomp?.Architectures, "/linux/seccomp/architectures", issues);
        Visit(spec.Linux?.Seccomp?.Flags, "/linux/seccomp/flags", issues);
    }

    private static void Visit<T>(List<T>? entries, string pointer, List<OciSpecIssue>? issues)
    {
        var seen = new HashSet<T>();
        if (issues is null)
        {
            entries?.RemoveAll(entry => !seen.Add(entry));
            return;
        }
        for (int i = 0; i < entries?.Count; i++)
            if (!seen.Add(entries[i]))
                issues.Add(new OciSpecIssue("DuplicateEntry", OciIssueSeverity.Info, SpecPointer.Item(pointer, i), $"{entries[i]} is given twice"));
    }
}
