using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Cgroups;

/// <summary>What a cgroup is given when it is made, in the order in which it is written.</summary>
/// <param name="Resources">linux.resources, which asks for it.</param>
/// <param name="Legacy">Values for v1 hierarchies.</param>
/// <param name="Unified">Values for the unified hierarchy.</param>
/// <param name="Devices">Rules of a device program; null where values of the devices controller say it, or the host's rules are in force.</param>
internal sealed record CgroupLimits(OciResources? Resources, List<CgroupWrite> Legacy, List<CgroupWrite> Unified, List<DeviceRule>? Devices)
{
    /// <summary>Nothing.</summary>
    public static CgroupLimits None { get; } = new(null, [], [], null);
}
