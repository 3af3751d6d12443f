using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Planning;

public sealed class NamespacePlanTests
{
    [Fact]
    public void NewNamespacesAreMadeByTheClone()
    {
        CloneStep clone = Assert.Single(Plan(PlanInputs.DefaultSpec()).OfType<CloneStep>());
        Assert.Equal(
            CloneBits.CLONE_NEWPID | CloneBits.CLONE_NEWNET | CloneBits.CLONE_NEWIPC | CloneBits.CLONE_NEWUTS | CloneBits.CLONE_NEWNS | CloneBits.CLONE_PARENT,
            clone.Flags);
    }

    [Fact]
    public void ASupervisorIsTheParent() =>
        Assert.False(Planner.PlanCreate(PlanInputs.Hybrid() with { Supervised = true }).Steps.OfType<CloneStep>().Single().Flags.HasFlag(CloneBits.CLONE_PARENT));

    [Fact]
    public void ANamespaceWithAPathIsJoinedBeforeTheClone()
    {
        OciSpec spec = PlanInputs.WithNamespace(PlanInputs.DefaultSpec(), "network", "/run/netns/a");
        List<LaunchStep> steps = Plan(spec);
        JoinNamespaceStep join = Assert.Single(steps.OfType<JoinNamespaceStep>());
        Assert.Equal((CloneBits.CLONE_NEWNET, (PlanFd)new PathFd("/run/netns/a", PlanFdAccess.Read), "/linux/namespaces/4"), (join.Namespaces, join.Target, join.SpecPointer));
        Assert.True(steps.IndexOf(join) < steps.FindIndex(step => step is CloneStep));
        Assert.False(steps.OfType<CloneStep>().Single().Flags.HasFlag(CloneBits.CLONE_NEWNET));
        Assert.Empty(steps.OfType<LoopbackUpStep>());
    }

    [Fact]
    public void MappingsBesideAJoinedUserNamespaceAreIgnoredWithAWarning()
    {
        OciSpec spec = PlanInputs.WithNamespace(PlanInputs.WithUserNamespace(PlanInputs.DefaultSpec()), "user", "/proc/7/ns/user");
        LaunchPlan plan = Planner.PlanCreate(PlanInputs.Hybrid(spec));
        Assert.Contains(plan.Warnings, static warning => warning.StartsWith("/linux/uidMappings", StringComparison.Ordinal));
        Assert.DoesNotContain(plan.Steps, static step => step is AwaitStep { Reason: AwaitReason.IdMaps });
    }

    [Fact]
    public void WhoIsNotRootNeedsAUserNamespace()
    {
        CreatePlanInput input = PlanInputs.Hybrid() with { Host = PlanInputs.HybridHost with { Rootless = true, EffectiveUid = 1000 } };
        Assert.Equal("/linux/namespaces", Assert.Throws<OciException>(() => Planner.PlanCreate(input)).SpecPointer);
    }

    [Fact]
    public void TheHostsNetworkHasNoLoopbackStep()
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Linux!.Namespaces!.RemoveAll(ns => ns.Type == "network");
        Assert.Empty(Plan(spec).OfType<LoopbackUpStep>());
    }

    [Fact]
    public void ACgroupNamespaceComesAfterTheCgroup()
    {
        List<LaunchStep> steps = Plan(PlanInputs.WithNamespace(PlanInputs.DefaultSpec(), "cgroup"));
        int unshare = steps.FindIndex(step => step is UnshareStep { Namespaces: CloneBits.CLONE_NEWCGROUP });
        Assert.True(unshare > steps.FindLastIndex(step => step is JoinCgroupStep));
        steps = Plan(PlanInputs.WithNamespace(PlanInputs.DefaultSpec(), "cgroup", "/proc/1/ns/cgroup"));
        Assert.True(steps.FindIndex(step => step is JoinNamespaceStep) > steps.FindLastIndex(step => step is JoinCgroupStep));
    }

    [Fact]
    public void AUserNamespaceIsMappedBeforeAnythingIsMadeInIt()
    {
        List<LaunchStep> steps = Plan(PlanInputs.WithUserNamespace(PlanInputs.DefaultSpec()));
        int unshare = steps.FindIndex(step => step is UnshareStep { Namespaces: CloneBits.CLONE_NEWUSER });
        Assert.IsType<AwaitStep>(steps[unshare + 1]);
        Assert.Equal(("uid_map", "gid_map"), (Assert.IsType<IdMapStep>(steps[unshare + 2]).Object, Assert.IsType<IdMapStep>(steps[unshare + 3]).Object));
        Assert.Equal("/linux/namespaces/5", Assert.IsType<BecomeRootStep>(steps[unshare + 4]).SpecPointer);
        Assert.IsType<CloneStep>(steps[unshare + 5]);
        // The right to join a cgroup by clone is the caller's, who is nobody on the host now.
        Assert.Null(steps.OfType<CloneStep>().Single().Cgroup);
        Assert.Contains(steps, step => step is JoinCgroupStep { File: PathFd { Path: "/sys/fs/cgroup/unified/c1/cgroup.procs" } });
        // Limits need privilege over the host.
        Assert.True(steps.FindIndex(step => step is RlimitStep) < unshare);
    }

    [Fact]
    public void RootJoinsAUserNamespaceLastAndAUserFirst()
    {
        OciSpec spec = PlanInputs.WithNamespace(PlanInputs.WithNamespace(PlanInputs.DefaultSpec(), "user", "/a"), "network", "/b");
        Assert.Equal([CloneBits.CLONE_NEWNET, CloneBits.CLONE_NEWUSER], Plan(spec).OfType<JoinNamespaceStep>().Select(step => step.Namespaces));
        CreatePlanInput rootless = PlanInputs.Hybrid(spec) with { Host = PlanInputs.HybridHost with { Rootless = true, EffectiveUid = 1000 } };
        Assert.Equal([CloneBits.CLONE_NEWUSER, CloneBits.CLONE_NEWNET], Planner.PlanCreate(rootless).Steps.OfType<JoinNamespaceStep>().Select(step => step.Namespaces));
    }

    [Fact]
    public void ATimeNamespaceGetsItsOffsetsBeforeTheClone()
    {
        OciSpec spec = PlanInputs.WithNamespace(PlanInputs.DefaultSpec(), "time");
        spec.Linux!.TimeOffsets = new Dictionary<string, OciTimeOffset> { ["monotonic"] = new() { Secs = -3, Nanosecs = 7 }, ["boottime"] = new() { Secs = 2 } };
        List<LaunchStep> steps = Plan(spec);
        Assert.Equal("monotonic -3 7\nboottime 2 0\n", steps.OfType<TimeOffsetsStep>().Single().Text);
        Assert.IsType<UnshareStep>(steps[steps.FindIndex(step => step is TimeOffsetsStep) - 1]);
    }

    [Fact]
    public void AnUnknownTypeIsNamed()
    {
        OciException e = Assert.Throws<OciException>(() => Plan(PlanInputs.WithNamespace(PlanInputs.DefaultSpec(), "bogus")));
        Assert.Equal((OciErrorCode.InvalidSpec, "/linux/namespaces/5/type"), (e.Code, e.SpecPointer));
    }

    [Fact]
    public void WithoutAMountNamespaceNothingIsMounted()
    {
        OciSpec spec = InHostMounts();
        List<LaunchStep> steps = Plan(spec);
        Assert.Equal(CloneBits.CLONE_NEWPID | CloneBits.CLONE_NEWNET | CloneBits.CLONE_NEWIPC | CloneBits.CLONE_NEWUTS | CloneBits.CLONE_PARENT, steps.OfType<CloneStep>().Single().Flags);
        Assert.True(steps.OfType<OpenRootStep>().Single().Plain);
        Assert.True(steps.OfType<PivotRootStep>().Single().ChrootOnly);
        Assert.DoesNotContain(steps, step => step is RootPropagationStep or OpenDevNullStep or MountStep or BindStep or SetAttributesStep or MaskStep or ReadonlyPathStep or RootReadonlyStep
            or MakeNodeStep { BindFallback: true } or ConsoleStep);
    }

    [Fact]
    public void WhatWouldMountOnTheHostIsRefusedByName()
    {
        foreach ((string pointer, Action<OciSpec> change) in (ValueTuple<string, Action<OciSpec>>[])
        [
            ("/mounts", spec => spec.Mounts = [new() { Destination = "/proc", Type = "proc" }]),
            ("/root/readonly", spec => spec.Root!.Readonly = true),
            ("/linux/rootfsPropagation", spec => spec.Linux!.RootfsPropagation = "rslave"),
            ("/process/terminal", spec => spec.Process!.Terminal = true),
            ("/linux/maskedPaths", spec => spec.Linux!.MaskedPaths = ["/proc/keys"]),
            ("/linux/readonlyPaths", spec => spec.Linux!.ReadonlyPaths = ["/proc/sys"]),
            ("/linux/namespaces", spec =>
            {
                spec.Linux!.Namespaces!.Add(new() { Type = "user" });
                spec.Linux.UidMappings = spec.Linux.GidMappings = [new() { ContainerID = 0, HostID = 100_000, Size = 10 }];
            }),
        ])
        {
            OciSpec spec = InHostMounts();
            change(spec);
            OciException e = Assert.Throws<OciException>(() => Plan(spec));
            Assert.Equal((OciErrorCode.InvalidSpec, pointer), (e.Code, e.SpecPointer));
            // So is the host's own that is joined by its path: pivot_root(2) there would move every process of the host.
            spec.Linux!.Namespaces!.Add(new() { Type = "mount", Path = "/proc/1/ns/mnt" });
            e = Assert.Throws<OciException>(() => Planner.PlanCreate(PlanInputs.Hybrid(spec) with { OwnNamespaces = ["mount"] }));
            Assert.Equal((OciErrorCode.InvalidSpec, pointer), (e.Code, e.SpecPointer));
        }
    }

    /// <summary>Its root comes from outside and is closed before anybody in the container can see the process.</summary>
    [Fact]
    public void AnExecHasTheRootOfInitFromItsBirthOn()
    {
        OciSpec spec = InHostMounts();
        List<LaunchStep> steps = [.. Planner.PlanExec(PlanInputs.Exec(spec, spec.Process!, CloneBits.CLONE_NEWPID) with { Root = "/proc/7/root" }).Steps];
        int[] order =
        [
            steps.FindIndex(static step => step is OpenRootStep { Path: "/proc/7/root", Plain: true }),
            steps.FindIndex(static step => step is JoinNamespaceStep),
            steps.FindIndex(static step => step is PivotRootStep { ChrootOnly: true }),
            steps.FindIndex(static step => step is CloneStep),
            steps.FindIndex(static step => step is OpenRootStep { Path: "/", Joined: true }),
        ];
        Assert.All(order, static at => Assert.True(at >= 0));
        Assert.Equal(order.Order(), order);
    }

    /// <summary>The host's own that is joined by its path is where the process is already; the others are joined and made as ever.</summary>
    [Fact]
    public void TheHostsMountNamespaceIsNotJoined()
    {
        OciSpec spec = PlanInputs.WithNamespace(PlanInputs.WithNamespace(InHostMounts(), "mount", "/proc/1/ns/mnt"), "network", "/ns/net");
        List<LaunchStep> steps = [.. Planner.PlanCreate(PlanInputs.Hybrid(spec) with { OwnNamespaces = ["mount"] }).Steps];
        Assert.Equal([CloneBits.CLONE_NEWNET], steps.OfType<JoinNamespaceStep>().Select(static step => step.Namespaces));
        Assert.Equal(CloneBits.CLONE_NEWPID | CloneBits.CLONE_NEWIPC | CloneBits.CLONE_NEWUTS | CloneBits.CLONE_PARENT, steps.OfType<CloneStep>().Single().Flags);
        Assert.True(steps.OfType<PivotRootStep>().Single().ChrootOnly);
    }

    [Fact]
    public void EmptyListsMountNothing()
    {
        OciSpec spec = InHostMounts();
        (spec.Linux!.MaskedPaths, spec.Linux.ReadonlyPaths, spec.Mounts) = ([], [], []);
        Assert.True(Plan(spec).OfType<PivotRootStep>().Single().ChrootOnly);
    }

    [Fact]
    public void WithoutNamespacesEverythingIsTheHosts()
    {
        OciSpec spec = InHostMounts();
        (spec.Linux!.Namespaces, spec.Hostname) = (null, null);
        List<LaunchStep> steps = Plan(spec);
        Assert.Equal((CloneBits.CLONE_PARENT, null), steps.OfType<CloneStep>().Select(static step => (step.Flags, step.SpecPointer)).Single());
        Assert.DoesNotContain(steps, static step => step is JoinNamespaceStep or UnshareStep or LoopbackUpStep);
        Assert.Equal("/linux/namespaces", Plan(InHostMounts()).OfType<CloneStep>().Single().SpecPointer);
    }

    private static OciSpec InHostMounts()
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Linux!.Namespaces!.RemoveAll(ns => ns.Type == "mount");
        (spec.Linux.MaskedPaths, spec.Linux.ReadonlyPaths, spec.Mounts, spec.Root!.Readonly) = (null, null, null, false);
        return spec;
    }

    [Fact]
    public void AJoinedMountNamespaceIsFurnishedLikeANewOne()
    {
        List<LaunchStep> steps = Plan(PlanInputs.WithNamespace(PlanInputs.DefaultSpec(), "mount", "/run/ns/mnt"));
        Assert.Equal(CloneBits.CLONE_NEWNS, steps.OfType<JoinNamespaceStep>().Single().Namespaces);
        Assert.Single(steps.OfType<PivotRootStep>());
    }

    private static List<LaunchStep> Plan(OciSpec spec) => [.. Planner.PlanCreate(PlanInputs.Hybrid(spec)).Steps];

    [Fact]
    public void AProcessThatTheRuntimeMovesWaitsForThatBeforeItsCgroupNamespace()
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Linux!.Namespaces!.Add(new() { Type = "cgroup" });
        List<LaunchStep> steps = [.. Planner.PlanCreate(PlanInputs.Hybrid(spec) with { CgroupJoinFiles = [], CgroupCloneDirectory = null, CgroupByRuntime = true }).Steps.Cast<LaunchStep>()];
        int wait = steps.FindIndex(step => step is AwaitStep { Reason: AwaitReason.Cgroup });
        Assert.True(wait > steps.FindIndex(step => step is CloneStep));
        Assert.IsType<MoveStep>(steps[wait + 1]);
        Assert.True(wait < steps.FindIndex(step => step is UnshareStep { Namespaces: CloneBits.CLONE_NEWCGROUP }));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("/c1", "/linux/cgroupsPath")]
    public void WhatPutsTheProcessIntoItsCgroupPointsToItsPath(string? path, string? pointer)
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Linux!.CgroupsPath = path;
        LaunchStep[] steps = [.. Planner.PlanCreate(PlanInputs.Hybrid(spec) with { CgroupByRuntime = true }).Steps.Where(static step => step is JoinCgroupStep or MoveStep or AwaitStep)];
        Assert.Equal(["join_cgroup", "join_cgroup", "join_cgroup", "await", "move"], steps.Select(static step => step.Name));
        Assert.All(steps, step => Assert.Equal(pointer, step.SpecPointer));
    }
}
