using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
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

    /// <summary>What the kernel has one of is shared between its mounts: only the mount is read-only. A disk is not written to at all.</summary>
    [Theory]
    [InlineData("ramfs")]
    [InlineData("proc")]
    [InlineData("devpts")]
    [InlineData("devtmpfs")]
    [InlineData("mqueue")]
    [InlineData("sysfs")]
    [InlineData("bpf")]
    [InlineData("debugfs")]
    [InlineData("tracefs")]
    [InlineData("securityfs")]
    [InlineData("hugetlbfs")]
    [InlineData("configfs")]
    [InlineData("fusectl")]
    [InlineData("binfmt_misc")]
    [InlineData("pstore")]
    [InlineData("efivarfs")]
    [InlineData("selinuxfs")]
    [InlineData("nsfs")]
    [InlineData("resctrl")]
    public void OfAFilesystemOfTheKernelOnlyTheMountIsReadonly(string type)
    {
        MountStep step = Plan("/mnt", type, "none", "ro").OfType<MountStep>().Single(static step => step.Target == "/mnt");
        Assert.Equal(MountAttributes.MOUNT_ATTR_RDONLY, step.Attributes);
        Assert.Empty(step.Data);
        Assert.Empty(Plan("/mnt", "ext4", "/dev/sda", "rw").OfType<MountStep>().Single(static step => step.Target == "/mnt").Data);
    }

    [Fact]
    public void AnEmptySourceIsNone()
    {
        Assert.Null(Plan("/mnt", "ramfs", "").OfType<MountStep>().Single(static step => step.Target == "/mnt").Source);
        Assert.Equal("none", Plan("/mnt", "ramfs", "none").OfType<MountStep>().Single(static step => step.Target == "/mnt").Source);
    }

    [Theory]
    [InlineData("/sys", "rbind", "ro", true)]
    [InlineData("/sys/", "rbind", "ro", true)]
    [InlineData("/sys/fs", "rbind", "ro", true)]
    [InlineData("/sys/kernel", "rbind", "ro", false)]
    [InlineData("/sys", "bind", "ro", false)]
    [InlineData("/sys", "rbind", "nosuid", false)]
    public void InAUserNamespaceReadonlyGoesBelowTheHostsSys(string source, string bind, string option, bool everything)
    {
        OciSpec spec = PlanInputs.WithMount(PlanInputs.WithUserNamespace(PlanInputs.DefaultSpec()), "/mnt", "bind", source, bind, option);
        BindStep step = Planner.PlanCreate(PlanInputs.Hybrid(spec)).Steps.OfType<BindStep>().Single(static step => step.Target == "/mnt");
        Assert.Equal(everything, step.RecursiveAttributes);
        Assert.Equal(everything, step.ClearUnlessLocked == MountAttributes.None);
        Assert.False(Bind("/mnt", "bind", source, bind, option).RecursiveAttributes);
    }

    [Fact]
    public void TheHostsFilesystemsKeepTheirAccessTimes()
    {
        OciSpec spec = PlanInputs.WithUserNamespace(PlanInputs.DefaultSpec());
        spec.Linux!.Namespaces!.RemoveAll(static ns => ns.Type == "network");
        spec.Mounts!.Single(static mount => mount.Destination == "/sys").Options = ["ro", "noatime", "nosuid"];
        BindStep step = Planner.PlanCreate(PlanInputs.Hybrid(spec)).Steps.OfType<BindStep>().Single(static step => step.Target == "/sys");
        Assert.Equal(MountAttributes.MOUNT_ATTR_RDONLY | MountAttributes.MOUNT_ATTR_NOSUID, step.Set);
        Assert.True(step.RealTarget && step.RecursiveAttributes && !step.SourceMustBeProc);
    }

    [Fact]
    public void ARemountIsOfTheMountOrOfItsTree()
    {
        Assert.Equal([(MountAttributes.MOUNT_ATTR_NOSUID, true)], Remount("remount", "rnosuid"));
        Assert.Equal([(MountAttributes.MOUNT_ATTR_RDONLY, false), (MountAttributes.MOUNT_ATTR_NOSUID, true)], Remount("remount", "ro", "rnosuid"));
        Assert.Equal([(MountAttributes.None, false), (MountAttributes.MOUNT_ATTR_NOSUID, true)], Remount("remount", "rw", "rnosuid"));
        Assert.Equal([(MountAttributes.None, false), (MountAttributes.MOUNT_ATTR_NOSUID, true)], Remount("remount", "size=1m", "rnosuid"));
        Assert.Equal([(MountAttributes.None, false), (MountAttributes.MOUNT_ATTR_NOSUID, true)], Remount("remount", "private", "rnosuid"));
        Assert.Equal([(MountAttributes.None, false)], Remount("remount"));
        Assert.Equal([(MountAttributes.None, true)], Remount("remount", "rsuid"));

        static IEnumerable<(MountAttributes, bool)> Remount(params string[] options) =>
            Plan("/mnt", null, null, options).OfType<SetAttributesStep>().Where(static step => step.Target == "/mnt").Select(static step => (step.Set, step.Recursive));
    }

    [Fact]
    public void ParametersOfARemountAreTheFilesystems()
    {
        Assert.Equal(["size=1m"], Plan("/mnt", null, null, "remount", "size=1m").OfType<SetAttributesStep>().Single(static step => step.Target == "/mnt").Data);
        LaunchPlan plan = Planner.PlanCreate(PlanInputs.Hybrid(PlanInputs.WithMount(PlanInputs.DefaultSpec(), "/mnt", null, null, "remount", "bind", "size=1m")));
        Assert.Empty(plan.Steps.OfType<SetAttributesStep>().Single(static step => step.Target == "/mnt").Data);
        Assert.Contains(plan.Warnings, static warning => warning.Contains("size=1m is ignored", StringComparison.Ordinal));
        plan = Planner.PlanCreate(PlanInputs.Hybrid(PlanInputs.WithMount(PlanInputs.DefaultSpec(), "/mnt", null, null, "remount", "bind", "ro")));
        Assert.DoesNotContain(plan.Warnings, static warning => warning.Contains("is ignored", StringComparison.Ordinal));
    }

    /// <summary>A read-only tmpfs is written to while the root is furnished, but no longer than its path leads to it.</summary>
    [Theory]
    [InlineData("/a", true)]
    [InlineData("/", true)]
    [InlineData("/a/b", false)]
    [InlineData("/ab", false)]
    public void ATmpfsIsReadonlyBeforeItIsHidden(string next, bool isHidden)
    {
        OciSpec spec = PlanInputs.WithMount(PlanInputs.WithMount(PlanInputs.DefaultSpec(), "/a", "tmpfs", "tmpfs", "ro"), next, "bind", "/data", "rbind");
        List<LaunchStep> steps = [.. Planner.PlanCreate(PlanInputs.Hybrid(spec)).Steps];
        int readOnly = steps.FindIndex(static step => step is SetAttributesStep { Target: "/a", Set: MountAttributes.MOUNT_ATTR_RDONLY });
        Assert.Equal(isHidden, readOnly < steps.FindIndex(step => step is BindStep { Source: "/data" }));
        Assert.Single(steps, static step => step is SetAttributesStep { Target: "/a" });
    }

    [Theory]
    [InlineData("/a", "ro", true)]
    [InlineData("/", "rnosuid", true)]
    [InlineData("/", "nosuid", false)]
    public void ATmpfsIsReadonlyBeforeARemountOfIt(string next, string option, bool isBefore)
    {
        OciSpec spec = PlanInputs.WithMount(PlanInputs.WithMount(PlanInputs.DefaultSpec(), "/a", "tmpfs", "tmpfs", "ro"), next, null, null, "remount", option);
        List<LaunchStep> steps = [.. Planner.PlanCreate(PlanInputs.Hybrid(spec)).Steps];
        int readOnly = steps.FindIndex(static step => step is SetAttributesStep { Target: "/a", SpecPointer: var pointer } && pointer == "/mounts/7");
        int remount = steps.FindIndex(static step => step is SetAttributesStep { SpecPointer: "/mounts/8" });
        Assert.True(readOnly >= 0 && remount >= 0);
        Assert.Equal(isBefore, readOnly < remount);
    }

    [Fact]
    public void AnIdMappedMountHasItsOwnMapsOrThoseOfTheUserNamespace()
    {
        OciIdMapping own = new() { ContainerID = 1, HostID = 2, Size = 3 };
        OciSpec spec = PlanInputs.WithMount(PlanInputs.WithUserNamespace(PlanInputs.DefaultSpec()), "/mnt", "bind", "/data", "bind", "idmap");
        OciMount mount = spec.Mounts!.Single(static mount => mount.Destination == "/mnt");
        Assert.Equal(new IdMapsFd(spec.Linux!.UidMappings!, spec.Linux.GidMappings!, null, ""), MapsOf(spec));
        mount.UidMappings = mount.GidMappings = [own];
        Assert.Equal(new IdMapsFd([own], [own], null, ""), MapsOf(spec));
        mount.Options = ["bind"];
        Assert.Equal(new IdMapsFd([own], [own], null, ""), MapsOf(spec));
        mount.UidMappings = mount.GidMappings = [];
        Assert.Null(MapsOf(spec));

        OciSpec without = PlanInputs.WithMount(PlanInputs.DefaultSpec(), "/mnt", "bind", "/data", "bind", "idmap");
        Assert.Contains("needs a user namespace", Assert.Throws<OciException>(() => MapsOf(without)).Message, StringComparison.Ordinal);

        static IdMapsFd? MapsOf(OciSpec spec) => Planner.PlanCreate(PlanInputs.Hybrid(spec)).Steps.OfType<BindStep>().Single(static step => step.Target == "/mnt").IdMapped;
    }

    [Theory]
    [InlineData("/dev", true)]
    [InlineData("/sys", true)]
    [InlineData("/mnt", false)]
    public void ABindOverWhatTheKernelFurnishesHasARealTarget(string target, bool isReal) => Assert.Equal(isReal, Bind(target, "bind", "/data", "rbind").RealTarget);

    /// <summary>With a link in its place a mount would come to be elsewhere, and what guards it too (CVE-2023-28642).</summary>
    [Theory]
    [InlineData("/sys", "tmpfs", true)]
    [InlineData("/dev", "ramfs", true)]
    [InlineData("/other", "sysfs", true)]
    [InlineData("/other", "proc", true)]
    [InlineData("/other", "ramfs", false)]
    public void AFilesystemThatTheKernelFurnishesHasARealTarget(string target, string type, bool isReal) =>
        Assert.Equal(isReal, Plan(target, type, null).OfType<MountStep>().Last(step => step.Target == target).RealTarget);

    [Theory]
    [InlineData("/proc", "proc", true)]
    [InlineData("/sys", "sysfs", true)]
    [InlineData("/dev", "mqueue", true)]
    [InlineData("/other", "sysfs", false)]
    public void AFilesystemOfTheHostHasARealTarget(string target, string type, bool isReal)
    {
        OciSpec spec = PlanInputs.WithUserNamespace(PlanInputs.DefaultSpec());
        spec.Linux!.Namespaces!.RemoveAll(static ns => ns.Type is "network" or "ipc" or "pid");
        spec.Mounts = [new() { Destination = target, Type = type }];
        Assert.Equal(isReal, Planner.PlanCreate(PlanInputs.Hybrid(spec)).Steps.OfType<BindStep>().Single(step => step.Target == target).RealTarget);
    }

    /// <summary>user_namespaces(7): a network namespace that was there before a new user namespace is not owned by it.</summary>
    [Theory]
    [InlineData(null, null, "sysfs", false)]
    [InlineData(null, "/ns/net", "sysfs", true, "/mounts/0: the user namespace does not own the network namespace that is joined: the host's /sys is shown")]
    [InlineData("/ns/user", "/ns/net", "sysfs", false)]
    [InlineData("/ns/user", null, "sysfs", false)]
    [InlineData(null, "none", "sysfs", true)]
    [InlineData(null, null, "mqueue", true)]
    public void TheHostsFilesystemIsShownWhereTheNamespaceIsNotOwned(string? user, string? network, string type, bool isHosts, params string[] warnings)
    {
        OciSpec spec = PlanInputs.WithNamespace(PlanInputs.WithUserNamespace(PlanInputs.DefaultSpec()), "user", user);
        if (user is not null)
            spec.Linux!.UidMappings = spec.Linux.GidMappings = null;
        spec.Linux!.Namespaces!.RemoveAll(static ns => ns.Type is "network" or "ipc");
        if (network != "none")
            PlanInputs.WithNamespace(spec, "network", network);
        spec.Mounts = [new() { Destination = "/mnt", Type = type }];
        LaunchPlan plan = Planner.PlanCreate(PlanInputs.Hybrid(spec));
        Assert.Equal((isHosts, !isHosts), (plan.Steps.Any(static step => step is BindStep { Target: "/mnt" }), plan.Steps.Any(static step => step is MountStep { Target: "/mnt" })));
        Assert.Equal(warnings, plan.Warnings);
    }

    [Fact]
    public void EveryReadonlyTmpfsIsReadonlyLast()
    {
        OciSpec spec = PlanInputs.WithMount(PlanInputs.WithMount(PlanInputs.DefaultSpec(), "/a", "tmpfs", "tmpfs", "ro"), "/b", "tmpfs", "tmpfs", "ro");
        Assert.Equal(
            ["/a", "/b"], Planner.PlanCreate(PlanInputs.Hybrid(spec)).Steps.SkipWhile(static step => step is not PivotRootStep).OfType<SetAttributesStep>().Select(static step => step.Target));
    }

    [Fact]
    public void WhatIsClearedInATreeAloneIsClearedByTheBind()
    {
        BindStep bind = Bind("/mnt", null, "/data", "rbind", "rsuid");
        Assert.Equal((MountAttributes.None, MountAttributes.MOUNT_ATTR_NOSUID, true), (bind.Set, bind.Clear, bind.RecursiveAttributes));
    }

    /// <summary>Engines repeat the mappings of a user namespace that is joined, or leave them out; those that the namespace has count.</summary>
    [Fact]
    public void AnIdMappedMountTakesTheMapsOfTheUserNamespaceThatIsJoined()
    {
        OciIdMapping repeated = new() { ContainerID = 0, HostID = 5, Size = 6 }, own = new() { ContainerID = 1, HostID = 2, Size = 3 };
        OciSpec spec = PlanInputs.WithMount(PlanInputs.WithNamespace(PlanInputs.DefaultSpec(), "user", "/ns/user"), "/mnt", "bind", "/data", "bind", "idmap");
        Assert.Equal(new IdMapsFd([], [], "/ns/user", ""), MapsOf(spec));
        spec.Linux!.UidMappings = spec.Linux.GidMappings = [repeated];
        Assert.Equal(new IdMapsFd([repeated], [repeated], "/ns/user", ""), MapsOf(spec));
        OciNamespace user = spec.Linux.Namespaces!.Single(static ns => ns.Type == "user");
        user.Path = string.Empty;
        Assert.Equal(new IdMapsFd([repeated], [repeated], null, ""), MapsOf(spec));
        user.Path = "/ns/user";
        OciMount mount = spec.Mounts!.Single(static mount => mount.Destination == "/mnt");
        mount.UidMappings = mount.GidMappings = [own];
        Assert.Equal(new IdMapsFd([own], [own], null, ""), MapsOf(spec));
        spec.Linux.Namespaces!.Remove(user);
        spec.Linux.UidMappings = spec.Linux.GidMappings = null;
        Assert.Equal(new IdMapsFd([own], [own], null, ""), MapsOf(spec));

        static IdMapsFd? MapsOf(OciSpec spec) => Planner.PlanCreate(PlanInputs.Hybrid(spec)).Steps.OfType<BindStep>().Single(static step => step.Target == "/mnt").IdMapped;
    }

    [Theory]
    [InlineData("idmap", false)]
    [InlineData("ridmap", true)]
    public void AnIdMapIsOfTheMountOrOfItsTree(string option, bool recursive)
    {
        OciSpec spec = PlanInputs.WithMount(PlanInputs.WithUserNamespace(PlanInputs.DefaultSpec()), "/mnt", "bind", "/data", "rbind", option);
        Assert.Equal(recursive, Planner.PlanCreate(PlanInputs.Hybrid(spec)).Steps.OfType<BindStep>().Single(static step => step.Target == "/mnt").RecursiveIdMap);
    }

    /// <summary>The kernel has one of each of them for all containers, and labels none.</summary>
    [Theory]
    [InlineData("proc")]
    [InlineData("sysfs")]
    [InlineData("mqueue")]
    [InlineData("ramfs", "context=label")]
    public void WhatIsTheKernelsHasNoLabel(string type, params string[] data)
    {
        OciSpec spec = PlanInputs.WithMount(PlanInputs.DefaultSpec(), "/mnt", type, null);
        spec.Linux!.MountLabel = "label";
        Assert.Equal(data, Planner.PlanCreate(PlanInputs.Hybrid(spec)).Steps.OfType<MountStep>().Single(static step => step.Target == "/mnt").Data);
    }

    /// <summary>The container's own cgroup where the host has a v2 hierarchy; where it has none there are no cgroups to show.</summary>
    [Fact]
    public void ACgroup2MountIsTheContainersOwnCgroup()
    {
        CreatePlanInput input = PlanInputs.Hybrid(PlanInputs.WithMount(PlanInputs.DefaultSpec(), "/mnt", "cgroup2", "cgroup2", "ro"));
        BindStep bind = Planner.PlanCreate(input).Steps.OfType<BindStep>().Single(static step => step.Target == "/mnt");
        Assert.Equal(("/sys/fs/cgroup/unified/c1", "/mounts/7"), (bind.Source, bind.SpecPointer));
        input = input with { Host = input.Host with { Cgroups = input.Host.Cgroups with { Mode = CgroupMode.Legacy, UnifiedMountPoint = null } } };
        MountStep mount = Planner.PlanCreate(input).Steps.OfType<MountStep>().Single(static step => step.Target == "/mnt");
        Assert.Equal(("cgroup2", "cgroup2", MountAttributes.MOUNT_ATTR_RDONLY), (mount.FilesystemType, mount.Source, mount.Attributes));
        Assert.Empty(mount.Data);
    }

    [Theory]
    [InlineData(0x0ul)]
    [InlineData(0x70ul, "noatime")]
    [InlineData(0x70ul, "strictatime")]
    public void ACgroupsAccessTimeIsReplacedWhenOneIsNamed(ulong clear, params string[] options)
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Mounts!.Single(static mount => mount.Destination == "/sys/fs/cgroup").Options = [.. options];
        BindStep[] binds = [.. Planner.PlanCreate(PlanInputs.Hybrid(spec)).Steps.OfType<BindStep>()];
        Assert.Equal(["/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup/memory", "/sys/fs/cgroup/systemd"], binds.Select(static step => step.Target));
        Assert.All(binds, step => Assert.Equal((MountAttributes)clear, step.Clear));
    }

    /// <summary>A controller that has not its own directory is found in that of its hierarchy; a named hierarchy has no controller.</summary>
    [Fact]
    public void OfAHierarchyOfMoreThanOneTheOthersAreLinks()
    {
        CreatePlanInput input = PlanInputs.Hybrid() with { CgroupPaths = new Dictionary<string, string> { ["cpu"] = "/c/cpu", ["name=a"] = "/c/a", ["pids"] = "/c/process" } };
        CgroupHierarchy[] hierarchies = [new("/c/cpu", ["cpu", "cpuacct"]), new("/c/a", ["name=a", "hugetlb"]), new("/c/process", ["pids"])];
        List<LaunchStep> steps = [.. Planner.PlanCreate(input with { Host = input.Host with { Cgroups = input.Host.Cgroups with { Hierarchies = hierarchies } } }).Steps];
        Assert.Equal(["/sys/fs/cgroup/cpu", "/sys/fs/cgroup/a", "/sys/fs/cgroup/process"], steps.OfType<BindStep>().Select(static step => step.Target));
        Assert.Equal(
            [("/sys/fs/cgroup/cpuacct", "cpu", "/mounts/6"), ("/sys/fs/cgroup/hugetlb", "a", "/mounts/6")],
            steps.OfType<SymlinkStep>().Where(static step => step.Path.StartsWith("/sys/", StringComparison.Ordinal)).Select(static step => (step.Path, step.Text, step.SpecPointer!)));
    }

    private static List<LaunchStep> Plan(string destination, string? type, string? source, params string[] options) =>
        [.. Planner.PlanCreate(PlanInputs.Hybrid(PlanInputs.WithMount(PlanInputs.DefaultSpec(), destination, type, source, options))).Steps];

    private static BindStep Bind(string destination, string? type, string? source, params string[] options) =>
        Plan(destination, type, source, options).OfType<BindStep>().Single(step => step.Target == destination);
}
