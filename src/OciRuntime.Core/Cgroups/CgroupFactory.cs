using OciRuntime.Core.Cgroups.Systemd;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Cgroups;

/// <summary>Chooses the cgroup manager by the host's layout.</summary>
internal static class CgroupFactory
{
    /// <summary>The cgroup a new container will have; nothing is made yet.</summary>
    /// <param name="host">Facts about this machine.</param>
    /// <param name="manager">Which manager was asked for.</param>
    /// <param name="spec">linux.cgroupsPath is looked at, with systemd also the annotations org.systemd.property.*.</param>
    /// <param name="id">Container id.</param>
    /// <exception cref="OciException">
    /// InvalidSpec: a path with <c>..</c> or NUL, or not of systemd's form; NotSupported: a path of systemd's form for the cgroupfs manager, or
    /// no systemd to ask.
    /// </exception>
    public static IContainerCgroup ForNew(HostFacts host, CgroupManagerKind manager, OciSpec spec, string id)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(spec);
        string? cgroupsPath = spec.Linux?.CgroupsPath;
        if (manager == CgroupManagerKind.Disabled)
            return new DisabledCgroup();
        if (manager == CgroupManagerKind.Systemd)
            return NewScope(host, spec, SystemdUnit.Parse(cgroupsPath, id, host.RootlessCgroups));
        CgroupLayout layout = host.Cgroups;
        bool unifiedOnly = layout.Mode == CgroupMode.Unified;
        // Who names a path wants it: one that can't be made is an error then.
        bool must = !host.RootlessCgroups || !string.IsNullOrEmpty(cgroupsPath);
        IFileCgroup files = Files(host, controller => CgroupPath.Resolve(cgroupsPath, id, () => layout.Own.GetValueOrDefault(controller, "/"), unifiedOnly), must);
        return files is CgroupV2 { CloneDirectory: { } directory } && !must && !CgroupDirectory.MayMake(directory, layout.UnifiedMountPoint!) ? new DisabledCgroup(directory) : files;
    }

    /// <summary>The manager that a container was made with, as far as its configuration tells: a path of systemd's form has only one.</summary>
    internal static CgroupManagerKind ManagerOf(OciSpec spec, CgroupManagerKind otherwise) =>
        SystemdUnit.IsForm(spec.Linux?.CgroupsPath) ? CgroupManagerKind.Systemd : otherwise;

    private static SystemdCgroup NewScope(HostFacts host, OciSpec spec, SystemdUnit unit)
    {
        List<UnitProperty> extra = PropertyAnnotations.Read(spec.Annotations);
        string path = unit.Path;
        if (host.RootlessCgroups)
        {
            using var manager = SystemdManager.Connect(host);
            path = manager.ControlGroup + path;
        }

        return Scope(host, Files(host, _ => path, must: !host.RootlessCgroups), unit.Name, unit.Slice, extra, oneProcess: spec.Linux?.Resources?.Pids?.Limit is 0 or 1);
    }

    private static SystemdCgroup Scope(HostFacts host, IFileCgroup files, string unit, string slice, List<UnitProperty> extra, bool oneProcess) => new(files, unit, host)
    {
        Slice = slice,
        Extra = extra,
        JoinsByFile = oneProcess && files is CgroupV2,
        MovesProcesses = host.RootlessCgroups && files.CloneDirectory is { } directory && !MayMove(host.Cgroups, directory),
    };

    // Moving takes the right to write to the nearest cgroup above both (cgroups(7), Delegation containment).
    private static bool MayMove(CgroupLayout layout, string to)
    {
        string from = layout.UnifiedMountPoint + layout.Own.GetValueOrDefault(string.Empty, "/");
        string common = to;
        while (common.Length > 0 && from != common && !from.StartsWith(common + "/", StringComparison.Ordinal))
            common = common[..common.LastIndexOf('/')];
        return Libc.faccessat(Libc.AT_FDCWD, common + "/cgroup.procs", Libc.W_OK, Libc.AT_EACCESS) == 0;
    }

    // Hierarchies are rarely delegated: a rootless container does without those that are not, and only a limit that needs one fails. Nobody asks
    // for the unified one of a hybrid layout. Known before anything is made, so that the plan is the one that runs.
    private static IFileCgroup Files(HostFacts host, Func<string, string> inside, bool must)
    {
        CgroupLayout layout = host.Cgroups;
        if (layout.Mode == CgroupMode.Unified)
            return new CgroupV2(layout.UnifiedMountPoint + inside(string.Empty), layout.UnifiedMountPoint!, host.Rootless);
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

    /// <summary>The cgroup of an existing container, from the paths kept in its state.</summary>
    /// <param name="host">Facts about this machine.</param>
    /// <param name="manager">Which manager it was made with.</param>
    /// <param name="paths">Directories by controller.</param>
    /// <param name="find">Finds the processes of a container without a cgroup.</param>
    public static IContainerCgroup ForExisting(HostFacts host, CgroupManagerKind manager, IReadOnlyDictionary<string, string> paths, Func<IReadOnlyList<int>>? find = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        if (manager == CgroupManagerKind.Disabled || paths.Count == 0)
            return new DisabledCgroup { Find = find ?? (static () => []) };
        IFileCgroup files = Existing(host, paths);
        return manager == CgroupManagerKind.Systemd
            ? Scope(host, files, SystemdCgroup.UnitOf(paths.Values.First()), string.Empty, [], oneProcess: false)
            : files;
    }

    /// <summary>The files of an existing container's cgroup, whoever made it; null when it has none.</summary>
    internal static IFileCgroup? FilesOf(HostFacts host, CgroupManagerKind manager, IReadOnlyDictionary<string, string> paths) =>
        manager == CgroupManagerKind.Disabled || paths.Count == 0 ? null : Existing(host, paths);

    private static IFileCgroup Existing(HostFacts host, IReadOnlyDictionary<string, string> paths)
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
