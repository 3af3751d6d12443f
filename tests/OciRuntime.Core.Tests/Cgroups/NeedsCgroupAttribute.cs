using OciRuntime.Core.Host;
using OciRuntime.Tests.Shared;

namespace OciRuntime.Core.Tests.Cgroups;

/// <summary>A test that makes cgroups needs root and, when named, a controller or a layout.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NeedsCgroupAttribute(string? controller = null, bool unifiedOnly = false, bool legacyOnly = false, bool someUnified = false) : NeedsAttribute
{
    protected override string? Missing()
    {
        if (!Environment.IsPrivilegedProcess)
            return "needs root";
        CgroupLayout layout = HostFacts.Read().Cgroups;
        bool unified = layout.Mode == CgroupMode.Unified;
        return unifiedOnly && !unified ? $"this machine's cgroup layout is {layout.Mode}, the test needs Unified"
            : legacyOnly && unified ? "this machine's cgroup layout is Unified, the test needs v1 hierarchies"
            : someUnified && layout.UnifiedMountPoint is null ? "this machine has no unified cgroup hierarchy"
            : controller is not null && !Has(layout, controller) ? $"this machine has no {controller} controller"
            : null;
    }

    // On v2 devices are no controller but a program.
    private static bool Has(CgroupLayout layout, string controller) => layout.Mode == CgroupMode.Unified
        ? controller == "devices" || layout.UnifiedControllers.Contains(controller)
        : layout.Hierarchies.Any(h => h.Controllers.Contains(controller));
}
