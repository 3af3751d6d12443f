using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Planning;

/// <summary>mounts: each becomes a new filesystem, a bind or a change of attributes.</summary>
internal sealed class MountPlanner
{
    private readonly PlanBuilder _plan;
    private readonly CreatePlanInput _input;
    private List<SetAttributesStep>? _readonlyLater;

    public MountPlanner(PlanBuilder plan, CreatePlanInput input)
    {
        _plan = plan;
        _input = input;
    }

    /// <summary>/dev is a bind mount: nothing is made in it.</summary>
    public bool DevIsBound { get; private set; }

    /// <summary>/dev is a new tmpfs.</summary>
    public bool DevIsNew { get; private set; }

    /// <summary>Whether the mounts include bind mounts, or filesystems of which the host's are shown instead.</summary>
    public bool HasSources => (_input.Spec.Mounts ?? []).Exists(mount => MountOptions.Parse(mount.Options) is { Remount: false } options
        && (options.Bind || mount.Type == "bind" || (mount.Type is { } type && HostInstead(type) is not null)));

    /// <summary>The target of a mount, as the container sees it.</summary>
    public static string TargetOf(OciMount mount, string rootfs) => Below(ContainerPath.Clean(rootfs), ContainerPath.Clean(mount.Destination));

    public void AddMounts()
    {
        List<OciMount> mounts = _input.Spec.Mounts ?? [];
        for (int i = 0; i < mounts.Count; i++)
            Add(mounts[i], $"/mounts/{i}");
    }

    /// <summary>Makes the filesystems read-only that had to be writable while files were made in them.</summary>
    public void AddReadonly() => AddReadonly(static _ => true);

    // Those at these targets: their paths lead elsewhere after a mount that hides them, or they are about to be changed.
    private void AddReadonly(Predicate<string> target)
    {
        for (int i = 0; i < (_readonlyLater?.Count ?? 0); i++)
        {
            if (target(_readonlyLater![i].Target))
                _plan.Add(_readonlyLater[i]);
        }
        _readonlyLater?.RemoveAll(step => target(step.Target));
    }

    private void Add(OciMount mount, string pointer)
    {
        string target = TargetOf(mount, _input.Rootfs);
        if (mount.Destination[0] != '/')
            _plan.Warn($"{pointer}/destination: \"{mount.Destination}\" is relative; it starts at the container's root");
        var options = MountOptions.Parse(mount.Options);
        if (options.Remount)
        {
            bool tree = (options.RecursiveSet | options.RecursiveClear) != 0;
            AddReadonly(path => path == target || (tree && LeadsThrough(path, target)));
            AddRemount(target, options, pointer);
            return;
        }
        bool bind = options.Bind || mount.Type == "bind";
        if (target == "/" && !bind)
            throw PlanBuilder.Invalid(pointer + "/destination", "a new filesystem can't take the place of the root filesystem");
        if (!bind && string.IsNullOrEmpty(mount.Type))
            throw PlanBuilder.Invalid(pointer, "neither a type nor a bind option", "give \"type\", or \"bind\" or \"rbind\" among the options");
        AddReadonly(path => path == target || LeadsThrough(path, target));
        if (target == "/dev")
            (DevIsBound, DevIsNew) = (bind, mount.Type == "tmpfs" && !bind);
        if (bind)
            AddBind(mount, target, options, pointer);
        else
            AddFilesystem(mount.Type!, mount, target, options, pointer);
    }

    private static bool LeadsThrough(string path, string target) => target == "/" || ContainerPath.IsBelow(path, target);

    // Some configurations give a destination by its path on the host; it means the path inside the root.
    private static string Below(string rootfs, string target) =>
        target == rootfs ? "/" : rootfs != "/" && ContainerPath.IsBelow(target, rootfs) ? target[rootfs.Length..] : target;

    private void AddFilesystem(string type, OciMount mount, string target, MountOptions options, string pointer)
    {
        bool onProc = IsOnProc(target, bind: false, type, pointer);
        if (type == "cgroup" || (type == "cgroup2" && _input.Host.Cgroups.Mode != CgroupMode.Legacy))
        {
            CgroupPlanner.AddMount(_plan, _input, target, options, mount.Source, unifiedOnly: type == "cgroup2", pointer);
            return;
        }
        if (options.CopyUp && type != "tmpfs")
            throw PlanBuilder.Invalid(pointer + "/options", $"tmpcopyup is for tmpfs, not for {type}");
        if (HostInstead(type) is { } host)
        {
            if (type == "sysfs" && _plan.Has(CloneBits.CLONE_NEWNET))
                _plan.Warn($"{pointer}: the user namespace does not own the network namespace that is joined: the host's /sys is shown");
            AddHostBind(host, type, target, options, onProc, pointer);
            return;
        }
        MountAttributes attributes = options.AllSet;
        bool tmpfs = type == "tmpfs";
        if ((attributes & MountAttributes.MOUNT_ATTR_RDONLY) != 0 && (tmpfs || target == "/dev"))
        {
            attributes &= ~MountAttributes.MOUNT_ATTR_RDONLY;
            (_readonlyLater ??= []).Add(new SetAttributesStep { Target = target, Set = MountAttributes.MOUNT_ATTR_RDONLY, SpecPointer = pointer });
        }
        _plan.Add(new MountStep
        {
            Target = target,
            FilesystemType = type,
            Source = string.IsNullOrEmpty(mount.Source) ? null : mount.Source,
            Attributes = attributes,
            Data = DataOf(type, options),
            Propagation = options.Propagation,
            // A target of /proc needs no check: only a proc filesystem may be mounted there.
            RealTarget = type is "proc" or "sysfs" || target is "/sys" or "/dev",
            KeepMode = tmpfs && !options.HasData("mode"),
            CopyUp = options.CopyUp,
            OnProc = onProc,
            SpecPointer = pointer,
        });
    }

    private void AddBind(OciMount mount, string target, MountOptions options, string pointer)
    {
        string source = BindSource(mount);
        bool onProc = IsOnProc(target, bind: true, mount.Type, pointer);
        if (options.Data.Count > 0)
            _plan.Warn($"{pointer}/options: a bind takes no filesystem parameters: {string.Join(',', options.Data)} is ignored");
        bool everything = SysReadonly(source, options.RecursiveBind, options.Set);
        bool plain = options.Named, recursive = (options.RecursiveSet | options.RecursiveClear) != 0;
        _plan.Add(new BindStep
        {
            Source = source,
            Target = target,
            Recursive = options.RecursiveBind,
            Set = plain ? options.Set : options.RecursiveSet,
            Clear = plain ? options.Clear : options.RecursiveClear,
            ClearUnlessLocked = everything ? MountAttributes.None : options.Unnamed,
            RecursiveAttributes = everything || (!plain && recursive),
            Propagation = options.Propagation,
            RealTarget = target is "/proc" or "/sys" or "/dev",
            SourceMustBeProc = target == "/proc",
            OnProc = onProc,
            SourceNoFollow = options.SourceNoFollow,
            IdMapped = IdMaps(mount, options, pointer),
            RecursiveIdMap = options.RecursiveIdMap,
            TargetNoFollow = options.TargetNoFollow,
            SpecPointer = pointer,
        });
        if (plain && recursive)
            _plan.Add(new SetAttributesStep { Target = target, Set = options.RecursiveSet, Clear = options.RecursiveClear, Recursive = true, SpecPointer = pointer });
    }

    // The mount's own mappings or, with "idmap" alone, those of the container's user namespace (runtime-spec config.md "POSIX-platform Mounts").
    private IdMapsFd? IdMaps(OciMount mount, MountOptions options, string pointer)
    {
        bool own = mount.UidMappings is { Count: > 0 };
        if (!own && !options.IdMap)
            return null;
        OciNamespace? user = _plan.Linux.Namespaces?.Find(static item => item.Type == "user");
        if (!own && user is null)
            throw PlanBuilder.Invalid(pointer, "an id-mapped mount without mappings needs a user namespace to take them from", "give uidMappings and gidMappings");
        string? joined = !own && !string.IsNullOrEmpty(user!.Path) ? user.Path : null;
        IReadOnlyList<OciIdMapping>? uids = own ? mount.UidMappings : _plan.Linux.UidMappings, gids = own ? mount.GidMappings : _plan.Linux.GidMappings;
        return new IdMapsFd(uids ?? [], gids ?? [], joined, pointer);
    }

    private void AddHostBind(string host, string type, string target, MountOptions options, bool onProc, string pointer)
    {
        _plan.Add(new BindStep
        {
            Source = host,
            Target = target,
            Recursive = true,
            RecursiveAttributes = SysReadonly(host, recursive: true, options.AllSet),
            // The access time of a kernel filesystem means nothing, but it may be locked.
            Set = options.AllSet & ~MountAttributes.MOUNT_ATTR__ATIME,
            Propagation = options.Propagation,
            RealTarget = target is "/proc" or "/sys" or "/dev",
            SourceMustBeProc = type == "proc",
            OnProc = onProc,
            SpecPointer = pointer,
        });
    }

    // The cgroups below /sys may belong to the user: read-only must include them (CVE-2023-25809).
    private bool SysReadonly(string source, bool recursive, MountAttributes set) =>
        recursive && (set & MountAttributes.MOUNT_ATTR_RDONLY) != 0 && ContainerPath.Clean(source) is "/sys" or "/sys/fs" && _plan.Has(CloneBits.CLONE_NEWUSER);

    // With "bind" only this mount changes (mount(2), MS_REMOUNT); without it, parameters change the filesystem behind it.
    private void AddRemount(string target, MountOptions options, string pointer)
    {
        if (options.Bind && options.Data.Count > 0)
            _plan.Warn($"{pointer}/options: a bind takes no filesystem parameters: {string.Join(',', options.Data)} is ignored");
        IReadOnlyList<string> data = options.Bind ? [] : options.Data;
        bool recursive = (options.RecursiveSet | options.RecursiveClear) != 0;
        if ((options.Set | options.Clear) != 0 || options.Propagation != 0 || data.Count > 0 || !recursive)
            _plan.Add(new SetAttributesStep { Target = target, Set = options.Set, Clear = options.Clear, Data = data, Propagation = options.Propagation, SpecPointer = pointer });
        if (recursive)
            _plan.Add(new SetAttributesStep { Target = target, Set = options.RecursiveSet, Clear = options.RecursiveClear, Recursive = true, SpecPointer = pointer });
    }

    // A user namespace may mount these only for namespaces that it owns (user_namespaces(7)); otherwise the host's are shown. A new user namespace does
    // not own the joined namespaces: the host's /sys will do then, but the host's processes and queues are not those of the joined namespace.
    private string? HostInstead(string type)
    {
        if (!_plan.Has(CloneBits.CLONE_NEWUSER))
            return null;
        return type switch
        {
            "sysfs" when !_plan.Has(CloneBits.CLONE_NEWNET) || (_plan.Joined & (CloneBits.CLONE_NEWNET | CloneBits.CLONE_NEWUSER)) == CloneBits.CLONE_NEWNET => "/sys",
            "mqueue" when !_plan.Has(CloneBits.CLONE_NEWIPC) => "/dev/mqueue",
            "proc" when !_plan.Has(CloneBits.CLONE_NEWPID) => "/proc",
            _ => null,
        };
    }

    private IReadOnlyList<string> DataOf(string type, MountOptions options)
    {
        string? label = _plan.Linux.MountLabel;
        bool labelled = !string.IsNullOrEmpty(label) && type is not ("proc" or "sysfs" or "mqueue");
        // Kernel filesystems are shared between mounts, so only this mount becomes read-only. A disk must not be written to at all.
        bool disk = (options.AllSet & MountAttributes.MOUNT_ATTR_RDONLY) != 0 && !IsKernelFilesystem(type);
        if (!labelled && !disk)
            return options.Data;
        var data = new List<string>(options.Data);
        if (disk)
            data.Add("ro");
        if (labelled)
            data.Add($"{CrunAnnotations.ContextOption(_input.Spec)}={label}");
        return data;
    }

    private string BindSource(OciMount mount) => mount.Source![0] == '/' ? mount.Source : _input.Bundle + "/" + mount.Source;

    // An image or a volume that plants a false /proc would receive the writes meant for the real one (CVE-2019-16884, CVE-2019-19921).
    private static bool IsOnProc(string target, bool bind, string? type, string pointer)
    {
        if (target == "/proc")
        {
            // The helper checks that the source of a bind mount is a procfs.
            return bind || type == "proc" ? true : throw PlanBuilder.Invalid(pointer + "/destination", "only a proc filesystem can be mounted on /proc");
        }
        if (!ContainerPath.IsBelow(target, "/proc"))
            return type == "proc";
        return target is "/proc/cpuinfo" or "/proc/diskstats" or "/proc/meminfo" or "/proc/stat" or "/proc/swaps" or "/proc/uptime" or "/proc/loadavg"
            or "/proc/slabinfo" or "/proc/sys/kernel/ns_last_pid" or "/proc/sys/crypto/fips_enabled"
            ? true
            : throw PlanBuilder.Invalid(
                pointer + "/destination", $"nothing may be mounted on {target}, inside /proc",
                "cpuinfo, diskstats, meminfo, stat, swaps, uptime, loadavg, slabinfo, sys/kernel/ns_last_pid and sys/crypto/fips_enabled may be", Refusal.MountInProc, target);
    }

    private static bool IsKernelFilesystem(string type) => type
        is "tmpfs" or "ramfs" or "proc" or "sysfs" or "devpts" or "devtmpfs" or "mqueue" or "cgroup2" or "bpf" or "debugfs" or "tracefs" or "securityfs"
        or "hugetlbfs" or "configfs" or "fusectl" or "binfmt_misc" or "pstore" or "efivarfs" or "selinuxfs" or "nsfs" or "resctrl";
}
