using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Planning;

/// <summary>The steps of the runtime itself, each in its place among those of the helper.</summary>
internal static class RuntimePlanner
{
    /// <summary>Steps before the helper gets its program: they make what its processes are born into, and the state that names it.</summary>
    public static IEnumerable<LaunchStep> Before(PlanBuilder plan, CreatePlanInput input)
    {
        if (plan.Linux.IntelRdt is { } rdt)
            yield return new ResctrlStep { Id = input.Id, Rdt = rdt, SpecPointer = "/linux/intelRdt" };
        CgroupLimits limits = input.CgroupLimits(plan.Linux.Resources);
        // Limits without a cgroup are planned too: writing them is an error.
        if (input.CgroupPaths.Count > 0 || limits.Legacy.Count + limits.Unified.Count > 0)
        {
            foreach (LaunchStep step in Cgroup(plan, input, limits))
                yield return step;
        }
        yield return new StateStep();
    }

    /// <summary>Follows the step at which the helper waits for the maps of a new user namespace.</summary>
    public static void AddIdMaps(PlanBuilder plan)
    {
        bool ownIdsOnly = plan.Input.Host.MapsOwnIdsOnly;
        if (plan.Linux.UidMappings is { Count: > 0 } uids)
            plan.Add(new IdMapStep { Mappings = uids, OwnIdsOnly = ownIdsOnly, SpecPointer = "/linux/uidMappings" });
        if (plan.Linux.GidMappings is { Count: > 0 } gids)
            plan.Add(new IdMapStep { Mappings = gids, IsGroups = true, OwnIdsOnly = ownIdsOnly, SpecPointer = "/linux/gidMappings" });
    }

    /// <summary>Follows the clone of create: the process goes on when its state has been saved.</summary>
    public static void AddClonedContainer(PlanBuilder plan)
    {
        AddCloned(plan);
        plan.Add(new StateStep { WithProcess = true });
        if ((plan.Joined & CloneBits.CLONE_NEWUSER) != 0 && (plan.Linux.UidMappings is { Count: > 0 } || plan.Linux.GidMappings is { Count: > 0 }))
            plan.Add(new CheckMapsStep { SpecPointer = plan.Linux.UidMappings is { Count: > 0 } ? "/linux/uidMappings" : "/linux/gidMappings" });
    }

    /// <summary>Follows the clone of any process.</summary>
    public static void AddCloned(PlanBuilder plan)
    {
        if (plan.Linux.IntelRdt is not null)
            plan.Add(new JoinResctrlStep { SpecPointer = "/linux/intelRdt" });
    }

    /// <summary>Follows the step at which the helper waits for hooks that run in the runtime's namespaces.</summary>
    public static void AddHooks(PlanBuilder plan)
    {
        foreach ((string name, OciNetDevice device) in plan.Linux.NetDevices ?? [])
            plan.Add(new NetDeviceStep { Device = name, Inside = string.IsNullOrEmpty(device.Name) ? name : device.Name, SpecPointer = SpecPointer.Property("/linux/netDevices", name) });
        OciHooks? hooks = plan.Input.Spec.Hooks;
        Add(plan, "prestart", hooks?.Prestart);
        Add(plan, "createRuntime", hooks?.CreateRuntime);
    }

    /// <summary>Follows the step that reports that the process is ready.</summary>
    public static void AddReady(PlanBuilder plan)
    {
        OciHooks? hooks = plan.Input is CreatePlanInput ? plan.Input.Spec.Hooks : null;
        if (hooks is { CreateContainer.Count: > 0 } or { StartContainer.Count: > 0 })
            plan.Add(new HookStateStep { Status = "created" });
        if (plan.Input.PidfdSocket is { } socket)
            plan.Add(new PidfdStep { Socket = socket });
        if (plan.Input.PidFile is { } file)
            plan.Add(new PidFileStep { Path = file });
    }

    /// <summary>At the end: the steps after the container's program has been started.</summary>
    public static void AddStarted(PlanBuilder plan) => Add(plan, "poststart", plan.Input.Spec.Hooks?.Poststart);

    private static IEnumerable<LaunchStep> Cgroup(PlanBuilder plan, CreatePlanInput input, CgroupLimits limits)
    {
        yield return new CgroupStep { Paths = input.CgroupPaths, Limits = limits, SpecPointer = string.IsNullOrEmpty(plan.Linux.CgroupsPath) ? null : "/linux/cgroupsPath" };
        foreach (CgroupWrite write in limits.Legacy.Concat(limits.Unified))
            yield return new LimitStep { Write = write, SpecPointer = write.Controller != "devices" || HasDeviceRules(plan) ? write.SpecPointer : null };
        if (limits.Devices is { } rules)
            yield return new DeviceProgramStep { Rules = rules.Count, SpecPointer = HasDeviceRules(plan) ? DeviceRule.Pointer : null };
    }

    // Without rules in the configuration the runtime writes its own, which no property has asked for.
    private static bool HasDeviceRules(PlanBuilder plan) => plan.Linux.Resources?.Devices is { Count: > 0 };

    private static void Add(PlanBuilder plan, string kind, List<OciHook>? hooks)
    {
        for (int i = 0; i < hooks?.Count; i++)
            plan.Add(new RuntimeHookStep { Hook = hooks[i], Kind = kind, Index = i, SpecPointer = $"/hooks/{kind}/{i}" });
    }
}
