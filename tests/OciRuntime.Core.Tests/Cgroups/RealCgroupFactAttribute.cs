using OciRuntime.Core.Host;
using Xunit;

namespace OciRuntime.Core.Tests.Cgroups;

/// <summary>A test that makes cgroups below /oci-tests: needs root and, when named, a controller or a layout.</summary>
public sealed class RealCgroupFactAttribute : FactAttribute
{
    public RealCgroupFactAttribute(string? controller = null, bool unifiedOnly = false, bool legacyOnly = false, bool someUnified = false)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Skip = "making cgroups needs root";
            return;
        }

        CgroupLayout layout = HostFacts.Read().Cgroups;
        bool unified = layout.Mode == CgroupMode.Unified;
        if (unifiedOnly && !unified)
            Skip = $"this machine's cgroup layout is {layout.Mode}, the test needs Unified";
        else if (legacyOnly && unified)
            Skip = "this machine's cgroup layout is Unified, the test needs v1 hierarchies";
        else if (someUnified && layout.UnifiedMountPoint is null)
            Skip = "this machine has no unified cgroup hierarchy";
        else if (controller is not null && !Has(layout, controller))
            Skip = $"this machine has no {controller} controller";
    }

    // On v2 devices are no controller but a program.
    private static bool Has(CgroupLayout layout, string controller) => layout.Mode == CgroupMode.Unified
        ? controller == "devices" || layout.UnifiedControllers.Contains(controller)
        : layout.Hierarchies.Any(h => h.Controllers.Contains(controller));
}
