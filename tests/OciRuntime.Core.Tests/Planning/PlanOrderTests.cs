using System.Text.Json;
using CsCheck;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Planning;

/// <summary>What must hold in every plan, whatever is asked for.</summary>
public sealed class PlanOrderTests
{
    private static readonly string?[] Propagations = [null, "rshared", "rprivate", "slave"];

    private static readonly Gen<OciSpec> Specs =
        from terminal in Gen.Bool
        from user in Gen.UInt[0, 2]
        from nnp in Gen.Bool
        from readonlyRoot in Gen.Bool
        from userns in Gen.Bool
        from cgroupns in Gen.Bool
        from timens in Gen.Bool
        from seccomp in Gen.Bool
        from hooks in Gen.Bool
        from labels in Gen.Bool
        from tmpfsReadonly in Gen.Bool
        from propagation in Gen.Int[0, 3].Select(i => Propagations[i])
        from cwd in Gen.Bool.Select(root => root ? "/" : "/work")
        select Make(terminal, user, nnp, readonlyRoot, userns, cgroupns, timens, seccomp, hooks, labels, tmpfsReadonly, propagation, cwd);

    private static readonly Gen<CreatePlanInput> Inputs =
        from spec in Specs
        from unified in Gen.Bool
        from supervised in Gen.Bool
        from channel in Gen.Bool
        from fds in Gen.Int[0, 3]
        select (unified ? PlanInputs.Unified(spec) : PlanInputs.Hybrid(spec)) with { Supervised = supervised, GateOnChannel = channel, PreserveFds = [.. Enumerable.Range(3 + fds, fds)], ListenFds = [.. Enumerable.Range(3, fds)] };

    [Fact]
    public void EveryPointerResolvesInTheConfiguration() => Inputs.Sample(input =>
    {
        using JsonDocument json = JsonDocument.Parse(SpecWriter.Write(input.Spec));
        foreach (LaunchStep step in Planner.PlanCreate(input).Steps)
        {
            if (step.SpecPointer is not null)
                Assert.True(Resolves(json.RootElement, step.SpecPointer), $"{step}: {step.SpecPointer}");
        }
    });

    [Fact]
    public void StepsKeepTheirOrder() => Inputs.Sample(input => CheckOrder(Planner.PlanCreate(input), amongOthers: false));

    [Fact]
    public void AnExecKeepsTheOrderToo() => Specs.Sample(spec =>
    {
        var all = (CloneBits)PlanInputs.Exec(spec, spec.Process!).JoinNamespaces | CloneBits.CLONE_NEWCGROUP | CloneBits.CLONE_NEWUSER;
        CheckOrder(Planner.PlanExec(PlanInputs.Exec(spec, spec.Process!, all)), amongOthers: true);
    });

    [Fact]
    public void EveryPlanEncodes() => Inputs.Sample(input =>
    {
        LaunchPlan plan = Planner.PlanCreate(input);
        Core.Wire.EncodedPlan encoded = Core.Wire.PlanImage.Encode(plan, Core.Wire.PlanImageOptions.Default);
        Assert.Equal(plan.HelperSteps.Count, Core.Wire.PlanImageReader.Read(encoded.Image).Steps.Count);
    }, iter: 50);

    [Fact]
    public void TheSameInputGivesTheSamePlan() => Inputs.Sample(input => Assert.Equal(PlanText.Write(Planner.PlanCreate(input)), PlanText.Write(Planner.PlanCreate(input))), iter: 30);

    private static void CheckOrder(LaunchPlan plan, bool amongOthers)
    {
        List<LaunchStep> steps = [.. plan.Steps];
        var kinds = steps.Select(step => step.GetType()).ToList();
        // The last of the left ones before the first of the right ones, when there are both.
        Assert.True(plan.HelperSteps.ToList().FindIndex(step => step is SuperviseStep) <= 0);
        Before(step => step is UnshareStep { Namespaces: not CloneBits.CLONE_NEWCGROUP }, step => step is CloneStep);
        Before(step => step is BecomeRootStep, step => step is CloneStep);
        Before(step => step is TimeOffsetsStep, step => step is CloneStep);
        // Whom others can see from birth on comes with nothing that is the host's.
        if (amongOthers)
            Before(step => step is JoinCgroupStep, step => step is CloneStep);
        else
            Before(step => step is CloneStep, step => step is JoinCgroupStep);
        if (plan.Steps.OfType<CloneStep>().Single().Cgroup is PathFd cgroup)
            Assert.Equal(amongOthers ? PlanFdAccess.DetachedTree : PlanFdAccess.Path, cgroup.Access);
        Before(step => step is JoinCgroupStep, step => step is AffinityStep);
        Before(step => step is CloneStep, step => step is SetSidStep);
        Before(step => step is SetSidStep, step => step is KeyringStep);
        Before(step => step is KeyringStep, step => step is RootPropagationStep);
        Before(step => step is RootPropagationStep, step => step is OpenRootStep);
        Before(step => step is OpenRootStep, step => step is OpenDevNullStep);
        Before(step => step is OpenDevNullStep, step => step is PivotRootStep);
        Before(step => step is OpenRootStep, step => step is MountStep);
        Before(step => step is MountStep, step => step is MakeNodeStep);
        Before(step => step is MakeNodeStep, step => step is SymlinkStep { Path: "/dev/ptmx" });
        Before(step => step is MountStep, step => step is ConsoleStep);
        Before(step => step is ConsoleStep, step => step is PivotRootStep);
        Before(step => step is MakeDirectoryStep, step => step is RootReadonlyStep);
        Before(step => step is MountStep, step => step is PivotRootStep);
        Before(step => step is MakeNodeStep, step => step is PivotRootStep);
        Before(step => step is PivotRootStep, step => step is RootReadonlyStep);
        Before(step => step is PivotRootStep, step => step is MaskStep);
        Before(step => step is PivotRootStep, step => step is ReadonlyPathStep);
        Before(step => step is SysctlStep, step => step is ReadonlyPathStep);
        Before(step => step is SysctlStep, step => step is MaskStep);
        Before(step => step is MaskStep, step => step is NoNewPrivilegesStep);
        Before(step => step is RlimitStep, step => step is UserStep);
        Before(step => step is OomScoreStep, step => step is UserStep);
        Before(step => step is AttrExecStep, step => step is UserStep);
        Before(step => step is CapBoundingStep, step => step is UserStep);
        Before(step => step is UserStep, step => step is CapabilitiesStep);
        Before(step => step is CapabilitiesStep, step => step is LookupStep);
        Before(step => step is ChdirStep, step => step is LookupStep);
        Before(step => step is LookupStep, step => step is ReadyStep);
        Before(step => step is ReadyStep, step => step is GateStep);
        Before(step => step is GateStep, step => step is ExecStep);
        Before(step => step is CgroupStep, step => step is LimitStep);
        Before(step => step is LimitStep or DeviceProgramStep, step => step is StateStep);
        Before(step => step is StateStep { WithProcess: false }, step => step is not RuntimeStep);
        CheckRuntimeSteps(steps);
        Assert.IsType<ExecStep>(plan.HelperSteps[^1]);
        Assert.Single(plan.Steps.OfType<CloneStep>());
        Assert.Single(plan.Steps.OfType<GateStep>());
        Assert.Single(plan.Steps.OfType<UserStep>());
        CheckSeccomp(kinds);
        CheckHooks(plan);

        void Before(Predicate<LaunchStep> left, Predicate<LaunchStep> right)
        {
            int last = steps.FindLastIndex(left), first = steps.FindIndex(right);
            Assert.True(last < 0 || first < 0 || last < first, $"{last} {(last < 0 ? null : steps[last])}, {first} {(first < 0 ? null : steps[first])}");
        }
    }

    // One that stands elsewhere would never be done: the helper waits nowhere else.
    private static void CheckRuntimeSteps(List<LaunchStep> steps)
    {
        for (int i = 0; i < steps.Count; i++)
        {
            if (steps[i] is not RuntimeStep)
                continue;
            int before = steps.FindLastIndex(i, step => step is not RuntimeStep);
            Assert.True(before < 0 || steps[before] is AwaitStep or CloneStep or ReadyStep or ExecStep, $"{steps[i]} behind {steps[Math.Max(before, 0)]}");
        }
        foreach (AwaitStep wait in steps.OfType<AwaitStep>())
            Assert.IsAssignableFrom<RuntimeStep>(steps[steps.IndexOf(wait) + 1]);
    }

    private static void CheckSeccomp(List<Type> kinds)
    {
        int seccomp = kinds.IndexOf(typeof(SeccompStep));
        if (seccomp < 0)
            return;
        // With no_new_privs as late as possible; without it while there is still CAP_SYS_ADMIN.
        if (kinds.Contains(typeof(NoNewPrivilegesStep)))
            Assert.True(seccomp > kinds.IndexOf(typeof(GateStep)));
        else
            Assert.True(seccomp < kinds.IndexOf(typeof(CapBoundingStep)));
        Assert.Equal(seccomp, kinds.LastIndexOf(typeof(SeccompStep)));
    }

    private static void CheckHooks(LaunchPlan plan)
    {
        List<LaunchStep> steps = [.. plan.Steps];
        int pivot = steps.FindIndex(step => step is PivotRootStep), gate = steps.FindIndex(step => step is GateStep);
        foreach (LaunchStep step in steps)
        {
            if (step is not HookStep hook)
                continue;
            int at = steps.IndexOf(hook);
            Assert.True(hook.IsStartContainer ? at > gate : at < pivot && at > steps.FindIndex(s => s is AwaitStep { Reason: AwaitReason.ContainerHooks }));
        }
        int runtime = steps.FindIndex(step => step is AwaitStep { Reason: AwaitReason.RuntimeHooks });
        // The container's filter holds for what runs in it, hooks too (as in runc).
        int start = steps.FindIndex(step => step is HookStep { IsStartContainer: true }), seccomp = steps.FindIndex(step => step is SeccompStep);
        Assert.True(start < 0 || seccomp < start);
        Assert.True(runtime < 0 || (runtime < pivot && runtime > steps.FindLastIndex(step => step is MountStep)));
    }

    private static bool Resolves(JsonElement element, string pointer)
    {
        foreach (string part in pointer.Split('/').Skip(1))
        {
            string name = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (element.ValueKind == JsonValueKind.Array && int.TryParse(name, out int index) && index < element.GetArrayLength())
                element = element[index];
            else if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement member))
                element = member;
            else
                return false;
        }
        return true;
    }

    private static OciSpec Make(
        bool terminal, uint user, bool nnp, bool readonlyRoot, bool userns, bool cgroupns, bool timens, bool seccomp, bool hooks, bool labels, bool tmpfsReadonly, string? propagation, string cwd)
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        OciProcess process = spec.Process!;
        (process.Terminal, process.NoNewPrivileges, process.Cwd) = (terminal, nnp, cwd);
        process.User = user == 0 ? null : new OciUser { Uid = user - 1 };
        process.OomScoreAdj = (int)user;
        spec.Root!.Readonly = readonlyRoot;
        spec.Linux!.RootfsPropagation = propagation;
        spec.Linux.Sysctl = new Dictionary<string, string> { ["net.ipv4.conf.eth0/1.x"] = "1", ["kernel.domainname"] = "a" };
        spec.Linux.CgroupsPath = hooks ? "/a" : null;
        spec.Linux.Devices = [new OciDevice { Type = "c", Path = "/dev/fuse", Major = 10, Minor = 229 }];
        if (userns)
            PlanInputs.WithUserNamespace(spec);
        if (cgroupns)
            PlanInputs.WithNamespace(spec, "cgroup");
        if (timens)
        {
            PlanInputs.WithNamespace(spec, "time");
            spec.Linux.TimeOffsets = new Dictionary<string, OciTimeOffset> { ["boottime"] = new() { Secs = 5 } };
        }
        if (seccomp)
            spec.Linux.Seccomp = new OciSeccomp { DefaultAction = "SCMP_ACT_ALLOW" };
        if (labels)
            (process.ApparmorProfile, process.SelinuxLabel, spec.Linux.MountLabel) = ("a", "b", "c");
        if (tmpfsReadonly)
            PlanInputs.WithMount(spec, "/run", "tmpfs", "tmpfs", "ro");
        if (hooks)
        {
            List<OciHook> list = [new OciHook { Path = "/bin/true" }, new OciHook { Path = "/bin/false", Timeout = 3 }];
            spec.Hooks = new OciHooks { Prestart = list, CreateRuntime = list, CreateContainer = list, StartContainer = list, Poststart = list, Poststop = list };
        }
        return spec;
    }
}
