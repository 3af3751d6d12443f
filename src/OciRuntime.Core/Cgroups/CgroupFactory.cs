using OciRuntime.Core.Errors;
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
    /// <exception cref="OciException">InvalidSpec: a path with <c>..</c> or NUL; NotSupported: the systemd manager or a path of its form.</exception>
    public static IContainerCgroup ForNew(HostFacts host, CgroupManagerKind manager, string? cgroupsPath, string id)
    {
        if (manager == CgroupManagerKind.Disabled)
            return new DisabledCgroup();
        if (manager == CgroupManagerKind.Systemd)
            throw Systemd();
        CgroupLayout layout = host.Cgroups;
        bool unifiedOnly = layout.Mode == CgroupMode.Unified;
        string Inside(string controller) =>
            CgroupPath.Resolve(cgroupsPath, id, host.Rootless, () => layout.Own.GetValueOrDefault(controller, "/"), unifiedOnly);
        if (unifiedOnly)
        {
            string directory = layout.UnifiedMountPoint + Inside(string.Empty);
            return IsUsable(host, directory, layout.UnifiedMountPoint!) ? new CgroupV2(directory, layout.UnifiedMountPoint!, host.Rootless) : new DisabledCgroup(directory);
        }

        var paths = new Dictionary<string, string>();
        foreach (CgroupHierarchy hierarchy in layout.Hierarchies)
        {
            string directory = hierarchy.MountPoint + Inside(hierarchy.Controllers[0]);
            if (!IsUsable(host, directory, hierarchy.MountPoint))
                continue;
            foreach (string controller in hierarchy.Controllers)
                paths[controller] = directory;
        }

        if (layout.UnifiedMountPoint is { } unified && IsUsable(host, unified + Inside(string.Empty), unified))
            paths[string.Empty] = unified + Inside(string.Empty);
        return new CgroupV1(paths, MountPoints(layout, paths), host.Rootless);
    }

    /// <summary>The cgroup of an existing container, from the paths kept in its state.</summary>
    public static IContainerCgroup ForExisting(HostFacts host, CgroupManagerKind manager, IReadOnlyDictionary<string, string> paths, string id)
    {
        if (manager == CgroupManagerKind.Disabled || paths.Count == 0)
            return new DisabledCgroup();
        if (manager == CgroupManagerKind.Systemd)
            throw Systemd();
        if (paths.Count == 1 && paths.TryGetValue(string.Empty, out string? unified))
            return new CgroupV2(unified, host.Cgroups.UnifiedMountPoint ?? CgroupLayoutReader.MountPoint, host.Rootless);
        var copy = new Dictionary<string, string>(paths);
        return new CgroupV1(copy, MountPoints(host.Cgroups, copy), host.Rootless);
    }

    // Hierarchies are rarely delegated: a rootless container does without those that are not, and only a limit that needs one fails.
    // Known before anything is made, so that the plan is the one that runs.
    private static bool IsUsable(HostFacts host, string directory, string mountPoint) => !host.Rootless || CgroupDirectory.MayMake(directory, mountPoint);

    private static Dictionary<string, string> MountPoints(CgroupLayout layout, Dictionary<string, string> paths)
    {
        var mountPoints = new Dictionary<string, string>();
        foreach (CgroupHierarchy hierarchy in layout.Hierarchies)
        {
            if (paths.TryGetValue(hierarchy.Controllers[0], out string? directory))
                mountPoints[directory] = hierarchy.MountPoint;
        }

        if (layout.UnifiedMountPoint is { } unified && paths.TryGetValue(string.Empty, out string? own))
            mountPoints[own] = unified;
        return mountPoints;
    }

    private static OciException Systemd() => new(OciErrorCode.NotSupported, "the systemd cgroup manager is not part of this version")
    {
        Step = "cgroup",
        Hint = "leave --systemd-cgroup out: cgroups are then made below /sys/fs/cgroup",
    };
}
