using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Tests.Cgroups;

/// <summary>A cgroup as a launch makes it: what the plan says is what is written.</summary>
internal static class CgroupMaking
{
    public static void Make(this IContainerCgroup cgroup, OciResources? resources, int member = 0, uint? owner = null) =>
        cgroup.Create(cgroup.LimitsFor(resources), member, owner);
}
