using OciRuntime.Core.Host;

namespace OciRuntime.Core.Cgroups;

/// <summary>Chooses the cgroup manager by the host's layout.</summary>
public static class CgroupFactory
{
    /// <summary>The cgroup a new container will have; nothing is made yet.</summary>
    /// <param name="host">Facts about this machine.</param>
    /// <param name="manager">Which manager was asked for.</param>
    /// <param name="cgroupsPath">linux.cgroupsPath or null.</param>
    /// <param name="id">Container id.</param>
    public static IContainerCgroup ForNew(HostFacts host, CgroupManagerKind manager, string? cgroupsPath, string id) => throw new NotImplementedException();

    /// <summary>The cgroup of an existing container, from the paths kept in its state.</summary>
    public static IContainerCgroup ForExisting(HostFacts host, CgroupManagerKind manager, IReadOnlyDictionary<string, string> paths, string id) => throw new NotImplementedException();
}
