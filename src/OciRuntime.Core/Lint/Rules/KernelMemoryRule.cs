using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Lint.Rules;

/// <summary>memory.kernel has no effect since Linux 5.16, kernelTCP none on cgroup v2.</summary>
internal sealed class KernelMemoryRule : IFixingRule
{
    public void Check(OciSpec spec, List<OciSpecIssue> issues)
    {
        OciMemory? memory = spec.Linux?.Resources?.Memory;
        if (memory?.Kernel is not null)
            issues.Add(new OciSpecIssue("KernelMemory", OciIssueSeverity.Warning, "/linux/resources/memory/kernel", "kernel memory limits are deprecated and ignored", "use limit: it counts kernel memory too"));
        if (memory?.KernelTCP is not null)
            issues.Add(new OciSpecIssue("KernelMemory", OciIssueSeverity.Warning, "/linux/resources/memory/kernelTCP", "kernel TCP memory limits are ignored by cgroup v2", "use limit: it counts socket memory too"));
    }

    public string Remedy => "removed";

    public void Fix(OciSpec spec)
    {
        if (spec.Linux?.Resources?.Memory is { } memory)
            (memory.Kernel, memory.KernelTCP) = (null, null);
    }
}
