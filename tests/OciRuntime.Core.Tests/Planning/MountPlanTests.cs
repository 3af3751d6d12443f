using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Planning;

public sealed class MountPlanTests
{
    [Fact]
    public void ABindStartsAtTheBundle()
    {
        Assert.Equal("/bundle/data", Bind("/mnt", "none", "data", "rbind").Source);
        Assert.Equal("/data", Bind("/mnt", "bind", "/data").Source);
    }

    [Fact]
    public void ABindKeepsWhatIsNotNamed()
    {
        BindStep bind = Bind("/mnt", null, "/data", "rbind", "ro", "exec", "rshared");
        Assert.Equal((true, MountAttributes.MOUNT_ATTR_RDONLY, MountAttributes.MOUNT_ATTR_NOEXEC, false), (bind.Recursive, bind.Set, bind.Clear, bind.RecursiveAttributes));
        Assert.Equal(Propagation.MS_SHARED | Propagation.MS_REC, bind.Propagation);
        Assert.False(Bind("/mnt", null, "/data", "bind").Recursive);
    }

    [Fact]
    public void RecursiveAttributesGoOverTheWholeTree()
    {
        BindStep bind = Bind("/mnt", null, "/data", "rbind", "rro");
        Assert.Equal((MountAttributes.MOUNT_ATTR_RDONLY, true), (bind.Set, bind.RecursiveAttributes));
    }

    [Fact]
    public void PlainAndRecursiveAttributesAreTwoSteps()
    {
        List<LaunchStep> steps = Plan("/mnt", null, "/data", "rbind", "ro", "rnosuid");
        BindStep bind = steps.OfType<BindStep>().Single(step => step.Target == "/mnt");
        Assert.Equal((MountAttributes.MOUNT_ATTR_RDONLY, false), (bind.Set, bind.RecursiveAttributes));
        var attributes = Assert.IsType<SetAttributesStep>(steps[steps.IndexOf(bind) + 1]);
        Assert.Equal((MountAttributes.MOUNT_ATTR_NOSUID, true), (attributes.Set, attributes.Recursive));
    }

    [Fact]
    public void ParametersOfABindAreToldAndIgnored()
    {
        LaunchPlan plan = Planner.PlanCreate(PlanInputs.Hybrid(PlanInputs.WithMount(PlanInputs.DefaultSpec(), "/mnt", "bind", "/data", "rbind", "size=1k")));
        Assert.Contains(plan.Warnings, warning => warning.Contains("size=1k", StringComparison.Ordinal));
    }

    [Fact]
    public void ARemountChangesAttributes()
    {
        SetAttributesStep step = Plan("/dev", null, null, "remount", "ro", "nosuid").OfType<SetAttributesStep>().Single(s => s.Target == "/dev");
        Assert.Equal(MountAttributes.MOUNT_ATTR_RDONLY | MountAttributes.MOUNT_ATTR_NOSUID, step.Set);
    }

    [Fact]
    public void ARelativeDestinationIsToldAndTaken()
    {
        LaunchPlan plan = Planner.PlanCreate(PlanInputs.Hybrid(PlanInputs.WithMount(PlanInputs.DefaultSpec(), "data", "bind", "/data")));
        Assert.Contains(plan.Steps, step => step is BindStep { Target: "/data" });
        Assert.Contains(plan.Warnings, warning => warning.StartsWith("/mounts/7/destination", StringComparison.Ordinal));
    }

    [Fact]
    public void AReadonlyTmpfsIsReadonlyLast()
    {
        List<LaunchStep> steps = Plan("/run", "tmpfs", "tmpfs", "ro", "nosuid");
        MountStep mount = steps.OfType<MountStep>().Single(step => step.Target == "/run");
        Assert.Equal(MountAttributes.MOUNT_ATTR_NOSUID, mount.Attributes);
        Assert.True(steps.FindIndex(step => step is SetAttributesStep { Target: "/run" }) > steps.FindIndex(step => step is PivotRootStep));
    }

    [Fact]
    public void ATmpfsWithoutModeKeepsThatOfItsTarget()
    {
        Assert.True(Plan("/run", "tmpfs", "tmpfs").OfType<MountStep>().Single(step => step.Target == "/run").KeepMode);
        Assert.False(Plan("/run", "tmpfs", "tmpfs", "mode=700").OfType<MountStep>().Single(step => step.Target == "/run").KeepMode);
    }

    [Fact]
    public void ADiskThatIsReadonlyIsNotWrittenToAtAll()
    {
        Assert.Equal(["noload", "ro"], Plan("/disk", "ext4", "/dev/vdb", "ro", "noload").OfType<MountStep>().Single(step => step.Target == "/disk").Data);
        Assert.Empty(Plan("/s", "sysfs", "sysfs", "ro").OfType<MountStep>().Single(step => step.Target == "/s").Data);
    }

    [Fact]
    public void ProcSysAndDevHaveRealTargets()
    {
        foreach (MountStep mount in Plan("/x", "tmpfs", null).OfType<MountStep>())
            Assert.Equal(mount.Target is "/proc" or "/sys" or "/dev", mount.RealTarget);
        Assert.True(Plan("/other", "proc", "proc").OfType<MountStep>().Single(step => step.Target == "/other").RealTarget);
    }

    [Theory]
    [InlineData("/proc", "tmpfs")]
    [InlineData("//proc/.", "ext4")]
    [InlineData("/a/../proc", "tmpfs")]
    [InlineData("/proc/self", "bind")]
    [InlineData("/proc/sys/kernel", "bind")]
    [InlineData("/proc/cpuinfo/x", "bind")]
    [InlineData("/proc/sysrq-trigger", "bind")]
    public void NothingFalseGoesOverProc(string destination, string type)
    {
        OciException e = Assert.Throws<OciException>(() => Plan(destination, type, "/data"));
        Assert.Equal((OciErrorCode.InvalidSpec, "/mounts/7/destination"), (e.Code, e.SpecPointer));
    }

    [Theory]
    [InlineData("cpuinfo")]
    [InlineData("diskstats")]
    [InlineData("meminfo")]
    [InlineData("stat")]
    [InlineData("swaps")]
    [InlineData("uptime")]
    [InlineData("loadavg")]
    [InlineData("slabinfo")]
    [InlineData("sys/kernel/ns_last_pid")]
    [InlineData("sys/crypto/fips_enabled")]
    public void WhatLxcfsEmulatesMayGoOverProc(string file) => Assert.True(Bind("/proc/" + file, "bind", "/lxcfs/" + file).OnProc);

    [Fact]
    public void ABindOverProcMustBeAProc()
    {
        BindStep bind = Bind("/proc", "bind", "/proc", "rbind");
        Assert.True(bind.SourceMustBeProc && bind.RealTarget && bind.OnProc);
        Assert.False(Bind("/procs", "bind", "/proc").SourceMustBeProc);
        Assert.False(Bind("/mnt", "bind", "/proc").OnProc);
    }

    [Theory]
    [InlineData("mqueue", "tmpcopyup", "/mounts/7/options")]
    [InlineData("bind", "idmap", "/mounts/7")]
    [InlineData("bind", "ridmap", "/mounts/7")]
    public void AnOptionThatMakesNoSenseThereIsRefused(string type, string option, string pointer)
    {
        OciException e = Assert.Throws<OciException>(() => Plan("/mnt", type, "/data", type == "bind" ? "bind" : "ro", option));
        Assert.Equal((OciErrorCode.InvalidSpec, pointer), (e.Code, e.SpecPointer));
    }

    [Fact]
    public void AMountNeedsATypeOrABind()
    {
        Assert.Equal("/mounts/7", Assert.Throws<OciException>(() => Plan("/mnt", null, "/data")).SpecPointer);
        Assert.Equal("/mounts/7/source", Assert.Throws<OciException>(() => Plan("/mnt", "bind", null)).SpecPointer);
        Assert.Equal("/mounts/7/destination", Assert.Throws<OciException>(() => Plan("/", "tmpfs", "tmpfs")).SpecPointer);
    }

    [Fact]
    public void InAUserNamespaceWithoutTheOthersTheHostsFilesystemsAreShown()
    {
        OciSpec spec = PlanInputs.WithUserNamespace(PlanInputs.DefaultSpec());
        spec.Linux!.Namespaces!.RemoveAll(ns => ns.Type is "network" or "ipc" or "pid");
        List<LaunchStep> steps = [.. Planner.PlanCreate(PlanInputs.Hybrid(spec)).Steps];
        Assert.Contains(steps, step => step is BindStep { Source: "/sys", Target: "/sys", Recursive: true, Set: var set } && set.HasFlag(MountAttributes.MOUNT_ATTR_RDONLY));
        Assert.Contains(steps, step => step is BindStep { Source: "/dev/mqueue", Target: "/dev/mqueue" });
        Assert.Contains(steps, step => step is BindStep { Source: "/proc", Target: "/proc", SourceMustBeProc: true });
    }

    [Fact]
    public void AMountLabelIsAParameter()
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Linux!.MountLabel = "system_u:object_r:container_file_t:s0:c1,c2";
        List<LaunchStep> steps = [.. Planner.PlanCreate(PlanInputs.Hybrid(spec)).Steps];
        Assert.Contains("context=system_u:object_r:container_file_t:s0:c1,c2", steps.OfType<MountStep>().Single(step => step.Target == "/dev").Data);
        Assert.Empty(steps.OfType<MountStep>().Single(step => step.Target == "/proc").Data);
    }

    [Fact]
    public void WithoutACgroupNamespaceOnCgroup2TheOwnCgroupIsBound()
    {
        List<LaunchStep> steps = [.. Planner.PlanCreate(PlanInputs.Unified(PlanInputs.DefaultSpec())).Steps];
        Assert.Contains(steps, step => step is BindStep { Source: "/sys/fs/cgroup/c1", Target: "/sys/fs/cgroup", Set: var set } && set.HasFlag(MountAttributes.MOUNT_ATTR_RDONLY));
        Assert.DoesNotContain(steps, step => step is MountStep { FilesystemType: "cgroup2" });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WithoutACgroupNothingOfTheHostsIsShown(bool unified)
    {
        CreatePlanInput input = (unified ? PlanInputs.Unified(PlanInputs.DefaultSpec()) : PlanInputs.Hybrid()) with { CgroupPaths = new Dictionary<string, string>() };
        LaunchPlan plan = Planner.PlanCreate(input);
        MountStep mount = plan.Steps.OfType<MountStep>().Single(step => step.Target == "/sys/fs/cgroup");
        Assert.Equal(("tmpfs", true), (mount.FilesystemType, mount.Attributes.HasFlag(MountAttributes.MOUNT_ATTR_RDONLY)));
        Assert.Single(plan.Warnings);
        Assert.DoesNotContain(plan.Steps, step => step is BindStep);
    }

    [Fact]
    public void WithoutACgroupARootlessContainerSeesTheHierarchiesOfItsCaller()
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        Assert.True(spec.Mounts!.Single(static mount => mount.Destination == "/sys/fs/cgroup").Options!.Remove("ro"));
        CreatePlanInput input = PlanInputs.Hybrid(spec) with { CgroupPaths = new Dictionary<string, string> { ["memory"] = "/sys/fs/cgroup/memory/c1" } };
        var own = new Dictionary<string, string> { ["cpu"] = "/a", ["cpuacct"] = "/a", ["memory"] = "/a", ["name=systemd"] = "/" };
        LaunchPlan plan = Planner.PlanCreate(input with { Host = input.Host with { Rootless = true, Cgroups = input.Host.Cgroups with { Own = own } } });
        Assert.Equal(
            [("/sys/fs/cgroup/cpu,cpuacct/a", true), ("/sys/fs/cgroup/memory/c1", false), ("/sys/fs/cgroup/systemd", true)],
            plan.Steps.OfType<BindStep>().Where(static step => step.Target.StartsWith("/sys/fs/cgroup/", StringComparison.Ordinal))
                .Select(static step => (step.Source, step.Set.HasFlag(MountAttributes.MOUNT_ATTR_RDONLY))));
        Assert.Empty(plan.Warnings);

        // A caller that has a cgroup namespace of another's is above what it can see.
        own["cpu"] = "/../b";
        own["memory"] = "/..";
        input = input with { CgroupPaths = new Dictionary<string, string>() };
        plan = Planner.PlanCreate(input with { Host = input.Host with { Rootless = true, Cgroups = input.Host.Cgroups with { Own = own } } });
        Assert.Equal(["/sys/fs/cgroup/systemd"], plan.Steps.OfType<BindStep>().Select(static step => step.Source));
    }

    [Fact]
    public void ASharedRootLeavesItsPeersAlone()
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Linux!.RootfsPropagation = "rshared";
        List<LaunchStep> steps = [.. Planner.PlanCreate(PlanInputs.Hybrid(spec)).Steps];
        Assert.Equal(Propagation.MS_SHARED | Propagation.MS_REC, steps.OfType<RootPropagationStep>().Single().Propagation);
        Assert.True(steps.OfType<OpenRootStep>().Single().IsolateParent);
        int pivot = steps.FindIndex(step => step is PivotRootStep { OldRoot: Propagation.MS_SLAVE | Propagation.MS_REC });
        int propagation = steps.FindIndex(step => step is SetAttributesStep { Target: "/", Propagation: Propagation.MS_SHARED | Propagation.MS_REC });
        Assert.True(pivot >= 0 && propagation > steps.FindLastIndex(step => step is MaskStep or ReadonlyPathStep or BindStep));
    }

    private static List<LaunchStep> Plan(string destination, string? type, string? source, params string[] options) =>
        [.. Planner.PlanCreate(PlanInputs.Hybrid(PlanInputs.WithMount(PlanInputs.DefaultSpec(), destination, type, source, options))).Steps];

    private static BindStep Bind(string destination, string? type, string? source, params string[] options) =>
        Plan(destination, type, source, options).OfType<BindStep>().Single(step => step.Target == destination);
}
