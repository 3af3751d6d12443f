using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Planning;

/// <summary>The runtime's own steps, one by one.</summary>
public sealed class RuntimePlanTests
{
    private static readonly List<OciIdMapping> s_mappings = [new() { ContainerID = 0, HostID = 100_000, Size = 65_536 }];

    /// <summary>Mappings beside a user namespace that is joined must be those that it has.</summary>
    [Theory]
    [InlineData("/proc/7/ns/user", true, true, "/linux/uidMappings")]
    [InlineData("/proc/7/ns/user", true, false, "/linux/uidMappings")]
    [InlineData("/proc/7/ns/user", false, true, "/linux/gidMappings")]
    [InlineData("/proc/7/ns/user", false, false, null)]
    [InlineData(null, true, true, null)]
    public void MappingsOfAJoinedUserNamespaceAreChecked(string? path, bool uids, bool gids, string? pointer)
    {
        OciSpec spec = PlanInputs.WithNamespace(PlanInputs.DefaultSpec(), "user", path);
        (spec.Linux!.UidMappings, spec.Linux.GidMappings) = (uids ? s_mappings : [], gids ? s_mappings : []);
        LaunchPlan plan = Planner.PlanCreate(PlanInputs.Hybrid(spec));
        Assert.Equal(pointer is null ? [] : [pointer], plan.Steps.OfType<CheckMapsStep>().Select(static step => step.SpecPointer!));
        Assert.Equal(path is not null && (uids || gids) ? 1 : 0, plan.Warnings.Count(static warning => warning == "/linux/uidMappings: ignored: the user namespace that is joined has its own"));
        List<LaunchStep> steps = [.. plan.Steps];
        Assert.True(steps.FindIndex(static step => step is CheckMapsStep) is var at && (at < 0 || steps[at - 1] is StateStep { WithProcess: true }));
    }

    [Theory]
    [InlineData(0u, false)]
    [InlineData(1000u, true)]
    public void MapsAreTheCallersOwnIdsWhenItIsNotRoot(uint uid, bool ownIdsOnly)
    {
        OciSpec spec = PlanInputs.WithUserNamespace(PlanInputs.DefaultSpec());
        IEnumerable<IdMapStep> maps = Planner.PlanCreate(PlanInputs.Hybrid(spec) with { Host = PlanInputs.HybridHost with { EffectiveUid = uid, Rootless = uid != 0 } }).Steps.OfType<IdMapStep>();
        Assert.Equal([(false, ownIdsOnly, "/linux/uidMappings"), (true, ownIdsOnly, "/linux/gidMappings")], maps.Select(static step => (step.IsGroups, step.OwnIdsOnly, step.SpecPointer!)));
    }

    [Fact]
    public void AClassOfServiceIsMadeFirstAndJoinedBehindTheClone()
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Linux!.IntelRdt = new() { ClosID = "guaranteed" };
        List<LaunchStep> steps = [.. Planner.PlanCreate(PlanInputs.Hybrid(spec)).Steps];
        Assert.Equal(("guaranteed", "/linux/intelRdt"), steps[0] is ResctrlStep first ? (first.Object, first.SpecPointer) : default);
        foreach (List<LaunchStep> all in (List<LaunchStep>[])[steps, [.. Planner.PlanExec(PlanInputs.Exec(spec, spec.Process!)).Steps]])
            Assert.Equal("/linux/intelRdt", Assert.IsType<JoinResctrlStep>(all[all.FindIndex(static step => step is CloneStep) + 1]).SpecPointer);
        Assert.DoesNotContain(Planner.PlanCreate(PlanInputs.Hybrid()).Steps, static step => step is ResctrlStep or JoinResctrlStep);
    }

    [Fact]
    public void ACgroupIsMadeWhenThereIsOneOrSomethingToWriteToIt()
    {
        var write = new CgroupWrite("memory", "memory.max", "1", "/linux/resources/memory/limit");
        Dictionary<string, string> none = [];
        string? pointer = "/linux/cgroupsPath";
        foreach ((CgroupLimits limits, bool hasCgroup, string[] texts) in (ValueTuple<CgroupLimits, bool, string[]>[])
        [
            (CgroupLimits.None, false, []),
            (CgroupLimits.None, true, ["cgroup /sys/fs/cgroup/c1"]),
            (new(null, [write], [], null), false, ["cgroup none", "write memory.max 1"]),
            (new(null, [], [write], null), false, ["cgroup none", "write memory.max 1"]),
            (new(null, [write with { File = "legacy" }], [write with { File = "unified" }], [DeviceRule.Effective([])[0]]), true, ["cgroup /sys/fs/cgroup/c1", "write legacy 1", "write unified 1", "device_program 1 rules"]),
        ])
        {
            CreatePlanInput input = PlanInputs.Unified();
            input.Spec.Linux!.CgroupsPath = "/c1";
            LaunchPlan plan = Planner.PlanCreate(input with { CgroupLimits = _ => limits, CgroupPaths = hasCgroup ? input.CgroupPaths : none });
            Assert.Equal([.. texts, "state state.json"], plan.Steps.Take(texts.Length + 1).Select(static step => step.ToString()));
            Assert.All(plan.Steps.OfType<CgroupStep>(), step => Assert.Equal(pointer, step.SpecPointer));
            input.Spec.Linux.CgroupsPath = string.Empty;
            Assert.All(Planner.PlanCreate(input).Steps.OfType<CgroupStep>(), static step => Assert.Null(step.SpecPointer));
        }
    }

    /// <summary>What the runtime itself forbids of devices nobody has asked for.</summary>
    [Fact]
    public void DeviceRulesPointToTheConfigurationWhenItHasSome()
    {
        var limits = new CgroupLimits(null, [new("devices", "devices.deny", "a", "/linux/resources/devices"), new("memory", "memory.max", "1", "/linux/resources/memory/limit")], [], DeviceRule.Effective([]));
        foreach (bool asked in (bool[])[true, false])
        {
            OciSpec spec = PlanInputs.WithNamespace(PlanInputs.DefaultSpec(), "cgroup");
            spec.Linux!.Resources = new() { Devices = asked ? [new() { Allow = false, Access = "rwm" }] : [] };
            string? pointer = asked ? "/linux/resources/devices" : null;
            IReadOnlyList<LaunchStep> steps = Planner.PlanCreate(PlanInputs.Unified(spec) with { CgroupLimits = _ => limits }).Steps;
            Assert.Equal([pointer, "/linux/resources/memory/limit"], steps.OfType<LimitStep>().Select(static step => step.SpecPointer));
            Assert.Equal(pointer, steps.OfType<DeviceProgramStep>().Single().SpecPointer);
        }
    }

    [Fact]
    public void ANetworkDeviceKeepsItsNameWithoutAnother()
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Linux!.NetDevices = new Dictionary<string, OciNetDevice> { ["eth0"] = new(), ["eth1"] = new() { Name = string.Empty }, ["a~b"] = new() { Name = "eth2" } };
        List<LaunchStep> steps = [.. Planner.PlanCreate(PlanInputs.Hybrid(spec)).Steps];
        Assert.Equal(
            [("eth0", "eth0", "/linux/netDevices/eth0"), ("eth1", "eth1", "/linux/netDevices/eth1"), ("a~b", "eth2", "/linux/netDevices/a~0b")],
            steps.OfType<NetDeviceStep>().Select(static step => (step.Device, step.Inside, step.SpecPointer!)));
        Assert.Equal("/linux/netDevices", Assert.IsType<AwaitStep>(steps[steps.FindIndex(static step => step is NetDeviceStep) - 1]).SpecPointer);
    }

    /// <summary>config.md, "POSIX-platform Hooks": prestart before createRuntime; both while the old root is there.</summary>
    [Fact]
    public void HooksOfTheRuntimeHaveTheirKindAndPlace()
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Hooks = new() { Prestart = [new() { Path = "/a" }, new() { Path = "/b" }], CreateRuntime = [new() { Path = "/c" }], Poststart = [new() { Path = "/d" }], Poststop = [new() { Path = "/e" }] };
        List<LaunchStep> steps = [.. Planner.PlanCreate(PlanInputs.Hybrid(spec)).Steps];
        Assert.Equal(
            [("/a", "prestart", 0, "/hooks/prestart/0"), ("/b", "prestart", 1, "/hooks/prestart/1"), ("/c", "createRuntime", 0, "/hooks/createRuntime/0"), ("/d", "poststart", 0, "/hooks/poststart/0")],
            steps.OfType<RuntimeHookStep>().Select(static step => (step.Hook.Path, step.Kind, step.Index, step.SpecPointer!)));
        Assert.Equal("/hooks/prestart", steps.OfType<AwaitStep>().Single().SpecPointer);
        Assert.Equal("/d", Assert.IsType<RuntimeHookStep>(steps[^1]).Hook.Path);
        spec.Hooks.Prestart = [];
        Assert.Equal("/hooks/createRuntime", Planner.PlanCreate(PlanInputs.Hybrid(spec)).Steps.OfType<AwaitStep>().Single().SpecPointer);
        spec.Hooks.CreateRuntime = [];
        Assert.DoesNotContain(Planner.PlanCreate(PlanInputs.Hybrid(spec)).Steps, static step => step is AwaitStep);
    }

    [Fact]
    public void AHookInTheContainerIsWhatTheConfigurationSays()
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Process!.Env = ["A=1", "LISTEN_PID=7"];
        spec.Hooks = new() { CreateContainer = [new() { Path = "/a", Args = ["a", "b"], Env = ["X=1"], Timeout = 3 }, new() { Path = "/b" }], StartContainer = [new() { Path = "/c", Args = [], Timeout = int.MaxValue }] };
        HookStep[] hooks = [.. Planner.PlanCreate(PlanInputs.Hybrid(spec) with { Home = null }).Steps.OfType<HookStep>()];
        Assert.Equal(["a b", "/b", "/c"], hooks.Select(static step => string.Join(' ', step.Args)));
        Assert.Equal(["X=1", "A=1", "A=1"], hooks.Select(static step => string.Join(' ', step.Env!)));
        // Milliseconds, as many as there is room for.
        Assert.Equal([3000u, 0u, uint.MaxValue], hooks.Select(static step => step.Timeout));
        Assert.Equal([false, false, true], hooks.Select(static step => step.IsStartContainer));
        Assert.Equal(["/hooks/createContainer/0", "/hooks/createContainer/1", "/hooks/startContainer/0"], hooks.Select(static step => step.SpecPointer));
        Assert.All(hooks, static step => Assert.Equal((new RoleFd(PlanFdRole.HookState), new RoleFd(PlanFdRole.HookOutput), null, null), (step.State, step.Output, step.Stdout, step.Stderr)));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void WhoIsReadyIsToldToWhoAsked(bool createContainer, bool startContainer)
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Hooks = new() { CreateContainer = createContainer ? [new() { Path = "/h" }] : [], StartContainer = startContainer ? [new() { Path = "/h" }] : null };
        CreatePlanInput create = PlanInputs.Hybrid(spec) with { PidFile = "/run/pid", PidfdSocket = "/run/socket" };
        string[] told = createContainer || startContainer ? ["hook_state created", "pidfd /run/socket", "pid_file /run/pid"] : ["pidfd /run/socket", "pid_file /run/pid"];
        Assert.Equal(told, BehindReady(Planner.PlanCreate(create)));
        Assert.Equal(told[..^2], BehindReady(Planner.PlanCreate(create with { PidFile = null, PidfdSocket = null })));
        // Hooks are the container's, not those of a process that comes later.
        Assert.Equal(["pidfd /run/socket", "pid_file /run/pid"], BehindReady(Planner.PlanExec(PlanInputs.Exec(spec, spec.Process!) with { PidFile = "/run/pid", PidfdSocket = "/run/socket" })));
    }

    private static IEnumerable<string> BehindReady(LaunchPlan plan) =>
        plan.Steps.SkipWhile(static step => step is not ReadyStep).Skip(1).TakeWhile(static step => step is not GateStep).Select(static step => step.ToString());
}
