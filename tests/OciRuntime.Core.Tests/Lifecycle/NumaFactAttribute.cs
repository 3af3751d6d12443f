using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>A fact about memory policies: needs root, busybox and a kernel that has them.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NumaFactAttribute : FactAttribute
{
    private string? _kernel;

    public NumaFactAttribute() => Skip =
        !Environment.IsPrivilegedProcess ? "needs root"
        : Machine.FindProgram("busybox") is null ? "busybox is not installed"
        : !File.Exists("/proc/self/numa_maps") ? "this kernel has no memory policies (CONFIG_NUMA)" : null;

    /// <summary>The kernel is of this version or newer, as in 6.9.</summary>
    public string? Kernel
    {
        get => _kernel;
        set
        {
            _kernel = value;
            if (value is not null && Environment.OSVersion.Version < Version.Parse(value))
                Skip ??= $"needs Linux {value}";
        }
    }
}
