using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Cgroups;

/// <summary>The limits that a new cgroup gets, in the order in which they are written.</summary>
/// <param name="Resources">linux.resources, which asks for them.</param>
/// <param name="Legacy">Values for v1 hierarchies.</param>
/// <param name="Unified">Values for the unified hierarchy.</param>
/// <param name="Devices">Rules of a device program; null where values of the devices controller express them, or where the host's rules apply.</param>
internal sealed record CgroupLimits(OciResources? Resources, List<CgroupWrite> Legacy, List<CgroupWrite> Unified, List<DeviceRule>? Devices)
{
    /// <summary>No limits.</summary>
    public static CgroupLimits None { get; } = new(null, [], [], null);
}
