using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Cgroups;

/// <summary>
/// linux.resources → the values to write, in order (config-linux.md, Control groups). Pure. Device rules are files only on v1 and are added by
/// <see cref="DeviceAccessList"/>; on v2 they are a program, <see cref="DeviceProgram"/>.
/// </summary>
internal static class CgroupWrites
{
    /// <summary>For the v1 controllers (cgroup-v1 of the kernel's documentation).</summary>
    internal static List<CgroupWrite> ForV1(OciResources resources) => V1Writes.Of(resources);

    /// <summary>For the unified hierarchy (cgroup-v2 of the kernel's documentation).</summary>
    internal static List<CgroupWrite> ForV2(OciResources resources) => V2Writes.Of(resources);
}
