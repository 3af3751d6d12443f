using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>A fact about memory policies: needs root, busybox and a kernel that has them.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NumaFactAttribute : FactAttribute
{
    public NumaFactAttribute() => Skip =
        !Environment.IsPrivilegedProcess ? "needs root"
        : Machine.FindProgram("busybox") is null ? "busybox is not installed"
        : !File.Exists("/proc/self/numa_maps") ? "this kernel has no memory policies (CONFIG_NUMA)" : null;
}
