using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Lint.Rules;

/// <summary>maskedPaths and readonlyPaths must be absolute (config-linux.md); runc and crun accept relative ones and take them from the root.</summary>
internal sealed class RelativePathRule : IFixingRule
{
    public void Check(OciSpec spec, List<OciSpecIssue> issues)
    {
        Check(spec.Linux?.MaskedPaths, "/linux/maskedPaths", issues);
        Check(spec.Linux?.ReadonlyPaths, "/linux/readonlyPaths", issues);
    }

    private static void Check(List<string>? paths, string pointer, List<OciSpecIssue> issues)
    {
        for (int i = 0; i < paths?.Count; i++)
            if (paths[i] is [not '/', ..])
                issues.Add(new OciSpecIssue("RelativePath", OciIssueSeverity.Warning, SpecPointer.Item(pointer, i), $"\"{paths[i]}\" is relative; it is taken from the root", $"write \"/{paths[i]}\""));
    }

    public string Remedy => "made absolute";

    public void Fix(OciSpec spec)
    {
        Fix(spec.Linux?.MaskedPaths);
        Fix(spec.Linux?.ReadonlyPaths);
    }

    private static void Fix(List<string>? paths)
    {
        for (int i = 0; i < paths?.Count; i++)
            if (paths[i] is [not '/', ..])
                paths[i] = "/" + paths[i];
    }
}
