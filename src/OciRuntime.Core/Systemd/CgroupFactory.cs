using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Systemd;

/// <summary>Makes the cgroup object for a manager: the kernel's files, a scope of systemd, or none.</summary>
internal static class CgroupFactory
{
    /// <summary>The cgroup that a new container will have; nothing is created yet.</summary>
    /// <param name="host">Facts about this machine.</param>
    /// <param name="manager">Which manager was asked for.</param>
    /// <param name="spec">The configuration: linux.cgroupsPath, with systemd also the annotations org.systemd.property.*.</param>
    /// <param name="id">Container id.</param>
    /// <exception cref="OciException">
    /// InvalidSpec: a path with <c>..</c> or NUL, or not in systemd's form; NotSupported: a path in systemd's form for the cgroupfs manager, or
    /// no systemd to ask.
    /// </exception>
    public static IContainerCgroup ForNew(HostFacts host, CgroupManagerKind manager, OciSpec spec, string id)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(spec);
        return manager switch
        {
            CgroupManagerKind.Disabled => new DisabledCgroup(),
            CgroupManagerKind.Systemd => NewScope(host, spec, SystemdUnit.Parse(spec.Linux?.CgroupsPath, id, host.RootlessCgroups)),
            _ => FileCgroups.ForNew(host, spec, id),
        };
    }

    /// <summary>The cgroup of an existing container, from the paths kept in its state.</summary>
    /// <param name="host">Facts about this machine.</param>
    /// <param name="manager">The manager that it was made with.</param>
    /// <param name="paths">Directories by controller.</param>
    /// <param name="find">Finds the processes of a container without a cgroup.</param>
    public static IContainerCgroup ForExisting(HostFacts host, CgroupManagerKind manager, IReadOnlyDictionary<string, string> paths, Func<IReadOnlyList<int>>? find = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        if (manager == CgroupManagerKind.Disabled || paths.Count == 0)
            return new DisabledCgroup { Find = find ?? (static () => []) };
        IFileCgroup files = FileCgroups.Existing(host, paths);
        return manager == CgroupManagerKind.Systemd
            ? Scope(host, files, SystemdCgroup.UnitOf(paths.Values.First()), string.Empty, [], oneProcess: false)
            : files;
    }

    /// <summary>The manager that a container was made with, as far as its configuration tells: a path in systemd's form implies systemd.</summary>
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

        string below = InnerCgroups.Of(spec.Annotations, CgroupManagerKind.Systemd, host.Cgroups).Subgroup;
        IFileCgroup files = FileCgroups.At(host, _ => path, must: !host.RootlessCgroups, below);
        return Scope(host, files, unit.Name, unit.Slice, extra, oneProcess: spec.Linux?.Resources?.Pids?.Limit is 0 or 1, below);
    }

    private static SystemdCgroup Scope(HostFacts host, IFileCgroup files, string unit, string slice, List<UnitProperty> extra, bool oneProcess, string below = "") => new(files, unit, host)
    {
        Slice = slice,
        Below = below,
        Extra = extra,
        JoinsByFile = oneProcess && files is CgroupV2,
        MovesProcesses = host.RootlessCgroups && files.CloneDirectory is { } directory && !MayMove(host.Cgroups, directory),
    };

    // Moving requires write access to the nearest common ancestor cgroup (cgroups(7), Delegation containment).
    private static bool MayMove(CgroupLayout layout, string to)
    {
        string from = layout.UnifiedMountPoint + layout.Own.GetValueOrDefault(string.Empty, "/");
        string common = to;
        while (common.Length > 0 && from != common && !from.StartsWith(common + "/", StringComparison.Ordinal))
            common = common[..common.LastIndexOf('/')];
        return Libc.faccessat(Libc.AT_FDCWD, common + "/cgroup.procs", Libc.W_OK, Libc.AT_EACCESS) == 0;
    }
}
