using OciRuntime.Core.Host;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Cgroups;

/// <summary>Cgroups that are managed through the kernel's files, v1 or v2 depending on the host's layout.</summary>
internal static class FileCgroups
{
    /// <summary>The cgroup that a new container will get; nothing is made yet.</summary>
    /// <param name="host">Facts about this machine.</param>
    /// <param name="spec">The configuration, for linux.cgroupsPath.</param>
    /// <param name="id">Container id.</param>
    /// <exception cref="Errors.OciException">InvalidSpec: a path with <c>..</c> or NUL; NotSupported: a path of systemd's form.</exception>
    internal static IContainerCgroup ForNew(HostFacts host, OciSpec spec, string id)
    {
        string? cgroupsPath = spec.Linux?.CgroupsPath;
        CgroupLayout layout = host.Cgroups;
        bool unifiedOnly = layout.Mode == CgroupMode.Unified;
        // A path in the configuration is a demand: it is an error if it can't be made.
        bool must = !host.RootlessCgroups || !string.IsNullOrEmpty(cgroupsPath);
        IFileCgroup files = At(host, controller => CgroupPath.Resolve(cgroupsPath, id, () => layout.Own.GetValueOrDefault(controller, "/"), unifiedOnly), must);
        return files is CgroupV2 { CloneDirectory: { } directory } && !must && !CgroupDirectory.MayMake(directory, layout.UnifiedMountPoint!) ? new DisabledCgroup(directory) : files;
    }

    /// <summary>The cgroup at a path below each hierarchy's mount point.</summary>
    /// <param name="host">Facts about this machine.</param>
    /// <param name="inside">Returns the path in the hierarchy of a controller.</param>
    /// <param name="must">Keep hierarchies in which it can't be made, so that making it is an error.</param>
    /// <param name="below">On v2, the path below it where its processes are born.</param>
    /// <remarks>
    /// Hierarchies are rarely delegated: a rootless container does without the others, and only a limit that needs one of them fails. The unified
    /// hierarchy of a hybrid layout is never demanded. All this is decided before anything is made, so that the plan shows what will run.
    /// </remarks>
    internal static IFileCgroup At(HostFacts host, Func<string, string> inside, bool must, string below = "")
    {
        CgroupLayout layout = host.Cgroups;
        if (layout.Mode == CgroupMode.Unified)
            return new CgroupV2(layout.UnifiedMountPoint + inside(string.Empty), layout.UnifiedMountPoint!, host.Rootless, below);
        var paths = new Dictionary<string, string>();
        foreach (CgroupHierarchy hierarchy in layout.Hierarchies)
        {
            string directory = hierarchy.MountPoint + inside(hierarchy.Controllers[0]);
            if (!must && !CgroupDirectory.MayMake(directory, hierarchy.MountPoint))
                continue;
            foreach (string controller in hierarchy.Controllers)
                paths[controller] = directory;
        }

        if (layout.UnifiedMountPoint is { } unified && (!host.RootlessCgroups || CgroupDirectory.MayMake(unified + inside(string.Empty), unified)))
            paths[string.Empty] = unified + inside(string.Empty);
        return new CgroupV1(paths, MountPoints(layout, paths), layout, host.Rootless);
    }

    /// <summary>An existing cgroup, whoever made it, from the paths kept in the container's state.</summary>
    internal static IFileCgroup Existing(HostFacts host, IReadOnlyDictionary<string, string> paths)
    {
        if (paths.Count == 1 && paths.TryGetValue(string.Empty, out string? unified))
            return new CgroupV2(unified, host.Cgroups.UnifiedMountPoint ?? CgroupLayoutReader.MountPoint, host.Rootless);
        var copy = new Dictionary<string, string>(paths);
        return new CgroupV1(copy, MountPoints(host.Cgroups, copy), host.Cgroups, host.Rootless);
    }

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
}
