using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Lint.Rules;

/// <summary>A user namespace that is joined already has mappings.</summary>
internal sealed class IgnoredMappingsRule : ISpecRule
{
    public void Check(OciSpec spec, List<OciSpecIssue> issues)
    {
        if (spec.Linux is not { } linux || linux.Namespaces?.Exists(static item => item.Type == "user" && !string.IsNullOrEmpty(item.Path)) != true)
            return;
        if (linux.UidMappings is { Count: > 0 } || linux.GidMappings is { Count: > 0 })
            issues.Add(new OciSpecIssue("IgnoredMappings", OciIssueSeverity.Warning, "/linux/uidMappings", "the user namespace that is joined has its own; different ones are refused", "leave uidMappings and gidMappings out"));
    }
}
