using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Lifecycle;

/// <summary>A test of containers that reads the kernel's log.</summary>
public sealed class KernelLogFactAttribute : FactAttribute
{
    public KernelLogFactAttribute() =>
        Skip = !Environment.IsPrivilegedProcess ? "needs root" : Machine.FindProgram("busybox") is null ? "busybox is not installed" : KernelLog.Missing();
}
