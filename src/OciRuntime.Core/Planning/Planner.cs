using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Planning;

/// <summary>
/// Spec and host facts in, <see cref="LaunchPlan"/> out: the whole launch, the steps of the helper and those of the runtime in one list. All that a
/// planner needs to know about the machine is in its input. The configuration is validated first, so the planners of the parts translate it and
/// don't check it again.
/// </summary>
internal static class Planner
{
    /// <summary>The plan of create (and run).</summary>
    /// <exception cref="OciException">InvalidSpec, or NotSupported for what this build can't do; both with the JSON pointer.</exception>
    public static LaunchPlan PlanCreate(CreatePlanInput input)
    {
        SpecValidator.Validate(input.Spec);
        OciProcess process = input.Spec.Process!;
        var plan = new PlanBuilder(input);
        CheckSupported(plan);
        CrunAnnotations.WarnOfOthers(plan, input);
        var namespaces = new NamespacePlanner(plan, input.OwnNamespaces);
        CgroupPlanner.CheckEnd(plan, input, namespaces.New);
        var root = new RootPlanner(plan, input);
        var mounts = new MountPlanner(plan, input);
        var program = new ProcessPlanner(plan, process);
        bool readonlyRoot = input.Spec.Root is { Readonly: true };

        ConsolePlanner.AddSupervisor(plan, input, process.Terminal);
        if (LimitsFirst(plan))
            ResourcePlanner.AddLimits(plan, process);
        if (LimitsFirst(plan) && !input.Host.MapsOwnIdsOnly && mounts.HasSources)
            plan.Add(new OpenSourcesStep { SpecPointer = "/mounts" });
        AddClone(plan, input, namespaces);
        plan.Add(ResourcePlanner.AffinityOfTheCgroup());
        plan.Add(new SetSidStep());
        AddKeyring(plan, widenSearch: true);
        namespaces.AddLoopback();

        root.AddOpen();
        mounts.AddMounts();
        DevicePlanner.Add(plan, mounts);
        program.AddDirectory(readonlyRoot);
        HookPlanner.AddRuntimeHooks(plan);
        ConsolePlanner.Add(plan, process, consoleNode: true);
        HookPlanner.AddCreateContainer(plan, program.HookEnvironment);
        root.AddPivot();
        mounts.AddReadonly();
        root.AddReadonly();

        HostnamePlanner.Add(plan, input);
        SecurityPlanner.AddApparmor(plan, process);
        SysctlPlanner.Add(plan, input);
        SecurityPlanner.AddPaths(plan);
        root.AddPropagation();
        AddRights(plan, process, program, makeDirectory: !readonlyRoot);
        AddGate(plan, process, input.GateOnChannel ? null : new RoleFd(PlanFdRole.Gate));
        HookPlanner.AddStartContainer(plan, program.HookEnvironment);
        program.AddExec();
        RuntimePlanner.AddStarted(plan);
        // Last, so that other errors are reported before limits that no cgroup can hold.
        plan.AddFirst(RuntimePlanner.Before(plan, input));
        return plan.Build();
    }

    /// <summary>The plan of exec.</summary>
    /// <exception cref="OciException">InvalidSpec or NotSupported, with the JSON pointer.</exception>
    public static LaunchPlan PlanExec(ExecPlanInput input)
    {
        SpecValidator.ValidateProcess(input.Process);
        OciProcess process = input.Process;
        var plan = new PlanBuilder(input) { Namespaces = input.JoinNamespaces };
        var program = new ProcessPlanner(plan, process);

        if (ResourcePlanner.Affinity(process.ExecCPUAffinity?.Initial, "/process/execCPUAffinity/initial") is { } initial)
            plan.Add(initial);
        if (LimitsFirst(plan))
            ResourcePlanner.AddLimits(plan, process);
        // The cgroup namespace is joined later: the clone leaves a cgroup of the host, which can't be seen from inside it (cgroups(7), nsdelegate).
        // With a user namespace the process joins by file instead of by the clone, and it may have no right to join the namespace later.
        CloneBits later = plan.Has(CloneBits.CLONE_NEWUSER) ? CloneBits.None : plan.Namespaces & CloneBits.CLONE_NEWCGROUP;
        if (input.Root is { } initsRoot)
            plan.Add(new OpenRootStep { Path = initsRoot, Plain = true });
        Join(plan, plan.Namespaces & ~later);
        if (plan.Has(CloneBits.CLONE_NEWUSER))
            plan.Add(new BecomeRootStep());
        // Before the clone: the new process has the container's root from its birth on.
        if (input.Root is not null)
            plan.Add(new PivotRootStep { ChrootOnly = true });
        CgroupPlanner.AddCloneAmongOthers(plan, CloneBits.CLONE_PARENT, RuntimePlanner.AddCloned);
        Join(plan, later);
        plan.Add(ResourcePlanner.Affinity(process.ExecCPUAffinity?.Final, "/process/execCPUAffinity/final") ?? ResourcePlanner.AffinityOfTheCgroup());
        plan.Add(new SetSidStep());
        AddKeyring(plan, widenSearch: false);
        plan.Add(new OpenRootStep { Path = "/", Joined = true });
        ConsolePlanner.Add(plan, process, consoleNode: false);

        SecurityPlanner.AddApparmor(plan, process);
        AddRights(plan, process, program, makeDirectory: false);
        AddGate(plan, process, socket: null);
        program.AddExec();
        return plan.Build();
    }

    /// <summary>The plan that adds mounts to a running container.</summary>
    /// <exception cref="OciException">InvalidSpec or NotSupported, with the JSON pointer.</exception>
    public static LaunchPlan PlanAddMounts(MountChangeInput input)
    {
        SpecValidator.ValidateMounts(input.Spec);
        return new LiveMountPlanner(input).Add();
    }

    /// <summary>The plan that removes mounts from a running container; only their destinations count.</summary>
    /// <exception cref="OciException">InvalidSpec, with the JSON pointer.</exception>
    public static LaunchPlan PlanRemoveMounts(MountChangeInput input) => new LiveMountPlanner(input).Remove();

    // Limits can't be raised inside a user namespace (prlimit(2), CAP_SYS_RESOURCE).
    private static bool LimitsFirst(PlanBuilder plan) => plan.Has(CloneBits.CLONE_NEWUSER);

    // Creates the container's process, in its namespaces and its cgroup.
    private static void AddClone(PlanBuilder plan, CreatePlanInput input, NamespacePlanner namespaces)
    {
        namespaces.AddJoins();
        CloneBits flags = namespaces.CloneFlags | (input.Supervised ? CloneBits.None : CloneBits.CLONE_PARENT);
        if ((plan.Joined & CloneBits.CLONE_NEWPID) != 0)
            CgroupPlanner.AddCloneAmongOthers(plan, flags, RuntimePlanner.AddClonedContainer);
        else
            CgroupPlanner.AddClone(plan, flags, RuntimePlanner.AddClonedContainer);
        namespaces.AddCgroupNamespace();
        CgroupPlanner.AddDelegated(plan, input);
    }

    // Limits, identity and rights of any process, in the only order in which each step still has the privilege it needs.
    private static void AddRights(PlanBuilder plan, OciProcess process, ProcessPlanner program, bool makeDirectory)
    {
        SecurityPlanner.AddNoNewPrivileges(plan, process);
        ResourcePlanner.AddScheduling(plan, process);
        if (!LimitsFirst(plan))
            ResourcePlanner.AddLimits(plan, process);
        ResourcePlanner.AddFileLimit(plan, process);
        SecurityPlanner.AddSelinux(plan, process);
        SecurityPlanner.AddSeccomp(plan, process, SeccompPlace.BeforeIdentity);
        program.AddIdentity(makeDirectory);
        program.AddLookup();
    }

    // The process reports that it is ready, and waits to be started.
    private static void AddGate(PlanBuilder plan, OciProcess process, PlanFd? socket)
    {
        SecurityPlanner.AddSeccomp(plan, process, SeccompPlace.BeforeGate);
        plan.Add(new ReadyStep());
        RuntimePlanner.AddReady(plan);
        plan.Add(new GateStep { Socket = socket });
        SecurityPlanner.AddSeccomp(plan, process, SeccompPlace.BehindGate);
    }

    private static void Join(PlanBuilder plan, CloneBits namespaces)
    {
        if (namespaces != 0)
            plan.Add(new JoinNamespaceStep { Namespaces = namespaces, Target = new RoleFd(PlanFdRole.InitPidfd) });
    }

    private static void AddKeyring(PlanBuilder plan, bool widenSearch)
    {
        if (!plan.Input.NoNewKeyring)
            plan.Add(new KeyringStep { Keyring = "_ses." + plan.Input.Id, WidenSearch = widenSearch });
    }

    // Refuses properties that can't be honoured instead of ignoring them.
    private static void CheckSupported(PlanBuilder plan)
    {
        if (plan.Linux.NetDevices is { Count: > 0 } && plan.Input.Host.Rootless)
            throw PlanBuilder.NotSupported("/linux/netDevices", "a rootless runtime can't move network devices", "that needs CAP_NET_ADMIN in the host's network namespace");
    }
}
