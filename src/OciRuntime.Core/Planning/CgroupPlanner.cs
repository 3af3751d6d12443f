using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Planning;

/// <summary>How the process gets into its cgroup, and how much of the cgroup tree the container sees.</summary>
internal static class CgroupPlanner
{
    private const MountAttributes Default = MountAttributes.MOUNT_ATTR_NOSUID | MountAttributes.MOUNT_ATTR_NODEV | MountAttributes.MOUNT_ATTR_NOEXEC;

    /// <summary>
    /// Clones the first process of a pid namespace, into its v2 cgroup where that works: the kernel checks the right to attach
    /// against the credentials of the caller, which in a user namespace are not those of the host's root. A file that root opened keeps root's right (cgroups(7)).
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="flags">Flags of the clone.</param>
    /// <param name="addCloned">Adds the runtime's steps for the new process, which waits for them.</param>
    public static void AddClone(PlanBuilder plan, CloneBits flags, Action<PlanBuilder> addCloned)
    {
        AddClone(plan, flags, PlanFdAccess.Path);
        addCloned(plan);
        AddJoins(plan);
        AddMove(plan);
    }

    /// <summary>
    /// Clones into a pid namespace that has other processes, which can look into the new one from its birth: stage one joins the cgroup by file,
    /// so that the process is born in its cgroup and has no file of the host open.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="flags">Flags of the clone.</param>
    /// <param name="addCloned">As above.</param>
    public static void AddCloneAmongOthers(PlanBuilder plan, CloneBits flags, Action<PlanBuilder> addCloned)
    {
        AddJoins(plan);
        AddClone(plan, flags, PlanFdAccess.DetachedTree);
        addCloned(plan);
        AddMove(plan);
    }

    /// <summary>Moves the process into the cgroup that the container manages, after the cgroup namespace has been rooted above it.</summary>
    public static void AddDelegated(PlanBuilder plan, CreatePlanInput input)
    {
        if (input.InnerCgroups is not { Delegated.Length: > 0 } inner || !input.CgroupPaths.TryGetValue(string.Empty, out string? own))
            return;
        string pointer = CrunAnnotations.SpecPointerOf(InnerCgroups.DelegateAnnotation);
        plan.Add(new AwaitStep { Reason = AwaitReason.Delegation, SpecPointer = pointer });
        plan.Add(new DelegateStep { Directory = own + inner.Subgroup + inner.Delegated, Owner = CgroupOwner.OfDelegated(input.Spec, input.Host), SpecPointer = pointer });
    }

    private static void AddClone(PlanBuilder plan, CloneBits flags, PlanFdAccess access) => plan.Add(new CloneStep
    {
        Flags = flags,
        Cgroup = plan.Input.CgroupCloneDirectory is { } directory && !JoinsByFile(plan) ? new PathFd(directory, access) : null,
        SpecPointer = plan.Linux.Namespaces is null ? null : "/linux/namespaces",
    });

    private static void AddJoins(PlanBuilder plan)
    {
        foreach (string file in plan.Input.CgroupJoinFiles)
            AddJoin(plan, file);
        if (JoinsByFile(plan) && plan.Input.CgroupCloneDirectory is { } unified)
            AddJoin(plan, unified + "/cgroup.procs");
    }

    private static void AddJoin(PlanBuilder plan, string file) => plan.Add(new JoinCgroupStep { File = new PathFd(file, PlanFdAccess.Write), SpecPointer = Pointer(plan) });

    private static void AddMove(PlanBuilder plan)
    {
        if (plan.Input.CgroupByRuntime)
        {
            plan.Add(new AwaitStep { Reason = AwaitReason.Cgroup, SpecPointer = Pointer(plan) });
            plan.Add(new MoveStep { SpecPointer = Pointer(plan) });
        }
    }

    private static bool JoinsByFile(PlanBuilder plan) => plan.Has(CloneBits.CLONE_NEWUSER);

    private static string? Pointer(PlanBuilder plan) => string.IsNullOrEmpty(plan.Linux.CgroupsPath) ? null : "/linux/cgroupsPath";

    /// <summary>Warns when nothing can end all processes of the container: that takes a cgroup or a pid namespace.</summary>
    public static void CheckEnd(PlanBuilder plan, CreatePlanInput input, CloneBits made)
    {
        if (input.CgroupPaths.Count == 0 && input.Host.RootlessCgroups && (made & CloneBits.CLONE_NEWPID) == 0)
            plan.Warn("/linux/namespaces: the container has neither a cgroup nor a pid namespace of its own: not all its processes can be ended reliably", PlanWarningKind.NoEnd);
    }

    /// <summary>A mount of type cgroup.</summary>
    public static void AddMount(PlanBuilder plan, CreatePlanInput input, string target, MountOptions options, string? source, bool unifiedOnly, string pointer)
    {
        CgroupLayout layout = input.Host.Cgroups;
        if (unifiedOnly || layout.Mode == CgroupMode.Unified)
            AddUnified(plan, input, target, options, source, pointer);
        else
            AddHierarchies(plan, input, target, options, pointer);
    }

    private static void AddUnified(PlanBuilder plan, CreatePlanInput input, string target, MountOptions options, string? source, string pointer)
    {
        if (plan.Has(CloneBits.CLONE_NEWCGROUP))
        {
            plan.Add(new MountStep
            {
                Target = target,
                FilesystemType = "cgroup2",
                Source = source,
                Attributes = options.AllSet,
                Data = options.Data,
                Propagation = options.Propagation,
                SpecPointer = pointer,
            });
        }
        else if (input.CgroupPaths.TryGetValue(string.Empty, out string? own))
        {
            // A mount from the initial cgroup namespace would show the host's whole tree.
            plan.Add(Bind(own, target, options.AllSet | Default, options.Propagation, pointer));
        }
        else
        {
            AddEmpty(plan, target, pointer);
        }
    }

    /// <summary>
    /// v1: a tmpfs with a bind mount for each hierarchy, of the container's own directory or, read-only, of its caller's. In a new cgroup namespace
    /// such a bind shows the root of the hierarchy, as a new mount would, with half the system calls.
    /// </summary>
    private static void AddHierarchies(PlanBuilder plan, CreatePlanInput input, string target, MountOptions options, string pointer)
    {
        if (input.CgroupPaths.Count == 0 && !input.Host.RootlessCgroups)
        {
            AddEmpty(plan, target, pointer);
            return;
        }
        plan.Add(Tmpfs(target, MountAttributes.None, options.Propagation, pointer));
        IReadOnlyList<CgroupHierarchy> hierarchies = input.Host.Cgroups.Hierarchies;
        for (int i = 0; i < hierarchies.Count; i++)
        {
            CgroupHierarchy hierarchy = hierarchies[i];
            string? own = OwnDirectory(input, hierarchy);
            if ((own ?? CallersDirectory(input, hierarchy)) is not { } shown)
                continue;
            string name = hierarchy.MountPoint[(hierarchy.MountPoint.LastIndexOf('/') + 1)..];
            MountAttributes attributes = options.AllSet | Default | (own is null ? MountAttributes.MOUNT_ATTR_RDONLY : MountAttributes.None);
            plan.Add(Bind(shown, target + "/" + name, attributes, options.Propagation, pointer));
            AddLinks(plan, hierarchy, target, name, pointer);
        }
        if ((options.AllSet & MountAttributes.MOUNT_ATTR_RDONLY) != 0)
            plan.Add(new SetAttributesStep { Target = target, Set = MountAttributes.MOUNT_ATTR_RDONLY, SpecPointer = pointer });
    }

    // A rootless container that may not make cgroups stays in its caller's, which it may read but not change (CVE-2023-25809).
    private static string? CallersDirectory(CreatePlanInput input, CgroupHierarchy hierarchy)
    {
        string inside = input.Host.Cgroups.Own.GetValueOrDefault(hierarchy.Controllers[0], "/");
        // A cgroup above the root of the runtime's cgroup namespace (/..) can't be reached (cgroup_namespaces(7)).
        bool reached = input.Host.RootlessCgroups && inside != "/.." && !inside.StartsWith("/../", StringComparison.Ordinal);
        return reached ? (hierarchy.MountPoint + inside).TrimEnd('/') : null;
    }

    private static string? OwnDirectory(CreatePlanInput input, CgroupHierarchy hierarchy)
    {
        for (int i = 0; i < hierarchy.Controllers.Count; i++)
        {
            if (input.CgroupPaths.TryGetValue(hierarchy.Controllers[i], out string? directory))
                return directory;
        }
        return null;
    }

    // Programs look for "cpu" where the host has "cpu,cpuacct".
    private static void AddLinks(PlanBuilder plan, CgroupHierarchy hierarchy, string target, string name, string pointer)
    {
        if (hierarchy.Controllers.Count < 2)
            return;
        for (int i = 0; i < hierarchy.Controllers.Count; i++)
        {
            string controller = hierarchy.Controllers[i];
            if (controller != name && !controller.Contains('=', StringComparison.Ordinal))
                plan.Add(new SymlinkStep { Path = target + "/" + controller, Text = name, SpecPointer = pointer });
        }
    }

    // A container without a cgroup of its own must not see the host's tree (CVE-2023-25809).
    private static void AddEmpty(PlanBuilder plan, string target, string pointer)
    {
        plan.Warn($"{pointer}: the container has no cgroup of its own: {target} stays empty");
        plan.Add(Tmpfs(target, MountAttributes.MOUNT_ATTR_RDONLY, Propagation.None, pointer));
    }

    private static MountStep Tmpfs(string target, MountAttributes extra, Propagation propagation, string pointer) => new()
    {
        Target = target,
        FilesystemType = "tmpfs",
        Source = "tmpfs",
        Attributes = Default | extra,
        Data = ["mode=755"],
        Propagation = propagation,
        SpecPointer = pointer,
    };

    private static BindStep Bind(string source, string target, MountAttributes set, Propagation propagation, string pointer) => new()
    {
        Source = source,
        Target = target,
        Set = set,
        Clear = (set & MountAttributes.MOUNT_ATTR__ATIME) != 0 ? MountAttributes.MOUNT_ATTR__ATIME : MountAttributes.None,
        Propagation = propagation,
        SpecPointer = pointer,
    };
}
