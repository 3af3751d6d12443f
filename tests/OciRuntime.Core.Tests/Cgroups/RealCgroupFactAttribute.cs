using OciRuntime.Core.Host;
using Xunit;

namespace OciRuntime.Core.Tests.Cgroups;

/// <summary>A test that makes cgroups below /oci-tests: needs root and, when named, a controller or a layout.</summary>
public sealed class RealCgroupFactAttribute : FactAttribute
{
    public RealCgroupFactAttribute(string? controller = null, bool unifiedOnly = false)
    {
        if (Environment.UserName != "root")
        {
            Skip = "making cgroups needs root";
            return;
        }

        CgroupLayout layout = HostFacts.Read().Cgroups;
        if (unifiedOnly && layout.Mode != CgroupMode.Unified)
            Skip = $"this machine's cgroup layout is {layout.Mode}, the test needs Unified";
        else if (controller is not null && !layout.UnifiedControllers.Contains(controller) && !layout.Hierarchies.Any(h => h.Controllers.Contains(controller)))
            Skip = $"this machine has no {controller} controller";
    }
}
