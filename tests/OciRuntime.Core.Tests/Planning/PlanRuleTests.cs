using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Planning;

/// <summary>Single rules of the planners, on both sides of each.</summary>
public sealed class PlanRuleTests
{
    private static readonly string[] s_types = ["ipc", "uts", "network", "pid", "time", "mount", "cgroup", "user"];

    /// <summary>user_namespaces(7): root of the host loses the right to join the others with the user namespace, a user gains it there.</summary>
    [Theory]
    [InlineData(0u, true, "ipc uts network pid time mount cgroup user")]
    [InlineData(1000u, true, "user ipc uts network pid time mount cgroup")]
    [InlineData(0u, false, "ipc uts network pid time mount cgroup")]
    public void NamespacesAreJoinedWhileTheRightIsThere(uint uid, bool user, string order)
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Linux!.Namespaces = [.. s_types.Where(type => user || type != "user").Select(static type => new OciNamespace { Type = type, Path = "/ns/" + type })];
        LaunchPlan plan = Planner.PlanCreate(PlanInputs.Hybrid(spec) with { Host = PlanInputs.HybridHost with { EffectiveUid = uid, Rootless = uid != 0 } });
        JoinNamespaceStep[] joins = [.. plan.Steps.OfType<JoinNamespaceStep>()];
        Assert.Equal(order.Split(' '), joins.Select(static step => step.Object));
        Assert.All(joins, static step => Assert.Equal(new PathFd("/ns/" + step.Object, PlanFdAccess.Read), step.Target));
        Assert.All(joins, step => Assert.Equal($"/linux/namespaces/{Array.IndexOf(s_types, step.Object)}", step.SpecPointer));
        // Without a user namespace the cgroup namespace waits until the process is in its cgroup.
        List<LaunchStep> steps = [.. plan.Steps];
        Assert.Equal(user, steps.FindIndex(static step => step is JoinNamespaceStep { Namespaces: CloneBits.CLONE_NEWCGROUP }) < steps.FindIndex(static step => step is CloneStep));
        Assert.DoesNotContain(steps, static step => step is UnshareStep or LoopbackUpStep);
    }

    [Theory]
    [InlineData(true, true, false, 1)]
    [InlineData(true, true, true, 0)]
    [InlineData(false, true, false, 0)]
    [InlineData(true, false, false, 0)]
    public void WhatNothingCanEndIsTold(bool rootless, bool noCgroup, bool pidNamespace, int warnings)
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        if (!pidNamespace)
            spec.Linux!.Namespaces!.RemoveAll(static item => item.Type == "pid");
        CreatePlanInput input = PlanInputs.Hybrid(spec) with { Host = PlanInputs.HybridHost with { RootlessCgroups = rootless } };
        if (noCgroup)
            input = input with { CgroupPaths = new Dictionary<string, string>() };
        Assert.Equal(warnings, Planner.PlanCreate(input).Remarks.Count(static warning => warning.Kind == PlanWarningKind.NoEnd));
    }

    /// <summary>A name that is set in the host's uts namespace would be the host's.</summary>
    [Fact]
    public void TheHostsNameStaysAsItIs()
    {
        using var root = new TemporaryDirectory();
        string kernel = Directory.CreateDirectory(Path.Combine(root.Path, "proc/sys/kernel")).FullName;
        File.WriteAllText(Path.Combine(kernel, "hostname"), "here\n");
        File.WriteAllText(Path.Combine(kernel, "domainname"), "(none)\n");
        CreatePlanInput Input(string? host, string? domain, params string[] own)
        {
            OciSpec spec = PlanInputs.WithNamespace(PlanInputs.DefaultSpec(), "uts", "/ns/uts");
            (spec.Hostname, spec.Domainname) = (host, domain);
            return PlanInputs.Hybrid(spec) with { OwnNamespaces = own, Host = PlanInputs.HybridHost with { Kernel = new KernelFacts(root.Path) } };
        }
        foreach ((string? host, string? domain, string property) in (ValueTuple<string?, string?, string>[])[("there", null, "hostname"), ("here", "example.org", "domainname")])
        {
            OciException e = Assert.Throws<OciException>(() => Planner.PlanCreate(Input(host, domain, "uts")));
            Assert.Equal((OciErrorCode.InvalidSpec, "/" + property, $"/{property}: {property} needs a uts namespace of the container's own"), (e.Code, e.SpecPointer, e.Message));
        }
        Assert.Equal(["hostname here", "domainname (none)"], Names(Input("here", "(none)", "uts")));
        Assert.Equal(["hostname there", "domainname example.org"], Names(Input("there", "example.org", "network")));
        Assert.Empty(Names(Input("", null, "uts")));
        static IEnumerable<string> Names(CreatePlanInput input) => Planner.PlanCreate(input).Steps.Where(static step => step is HostnameStep or DomainnameStep).Select(static step => step.ToString());
    }

    /// <summary>namespaces(7): two files stand for the same namespace when device and inode are the same.</summary>
    [Fact]
    public void ANamespaceIsTheRuntimesOwnByItsInode()
    {
        Assert.Equal(["uts", "ipc"], OwnNamespaces.Of(new()
        {
            Linux = new()
            {
                Namespaces =
                [
                    new() { Type = "uts", Path = "/proc/self/ns/uts" }, new() { Type = "network", Path = "/proc/self/ns/uts" }, new() { Type = "ipc", Path = $"/proc/{Environment.ProcessId}/ns/ipc" },
                    new() { Type = "mount", Path = "/not/there" }, new() { Type = "pid" }, new() { Type = "cgroup", Path = string.Empty },
                ],
            },
        }));
        Assert.Empty(OwnNamespaces.Of(new()));
        Assert.True(OwnNamespaces.IsSame("/proc/self/ns/net", "/proc/self/ns/net"));
        Assert.False(OwnNamespaces.IsSame("/proc/self/ns/net", "/proc/self/ns/uts"));
        Assert.False(OwnNamespaces.IsSame("/not/there", "/proc/self/ns/uts"));
        Assert.False(OwnNamespaces.IsSame("/proc/self/ns/uts", "/not/there"));
        Assert.Equal(new FileInfo("/proc/self/ns/uts").LinkTarget, $"uts:[{OwnNamespaces.InodeOf("/proc/self/ns/uts")}]");
        Assert.Null(OwnNamespaces.InodeOf("/not/there"));
    }

    /// <summary>A part of a long line has up to 16 KiB, a file 64 KiB at least; -1 is no limit.</summary>
    [Theory]
    [InlineData(-1, 1, null)]
    [InlineData(65_536, 1, null)]
    [InlineData(65_535, 1, "log size 65535: must be at least 64 KiB")]
    [InlineData(0, 1, "log size 0: must be at least 64 KiB")]
    [InlineData(-2, 1, "log size -2: must be at least 64 KiB")]
    [InlineData(65_536, 0, "log files 0: must be at least 1")]
    [InlineData(-1, -1, "log files -1: must be at least 1")]
    public void ALogHasRoomForALine(long size, int files, string? message)
    {
        var limit = new LogLimit(size, files);
        if (message is null)
        {
            limit.Check();
            return;
        }
        OciException e = Assert.Throws<OciException>(limit.Check);
        Assert.Equal((OciErrorCode.InvalidArgument, message), (e.Code, e.Message));
        Assert.Equal(files > 0 ? "-1 means unlimited" : null, e.Hint);
    }

    [Fact]
    public void ALogHas16MiBUnlessToldOtherwise()
    {
        Assert.Equal(new LogLimit(8_388_608, 2), LogLimit.Default);
        Assert.Equal(LogLimit.Default, PlanInputs.Hybrid().LogLimit);
    }

    /// <summary>What the configuration leaves out, or has an empty list of, it does not ask for.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WhatIsLeftOutIsNotAskedFor(bool emptyLists)
    {
        OciSpec spec = PlanInputs.WithUserNamespace(PlanInputs.DefaultSpec());
        (spec.Mounts, spec.Process!.Rlimits, spec.Process.Env) = (emptyLists ? [] : null, emptyLists ? [] : null, emptyLists ? [] : null);
        spec.Linux!.NetDevices = emptyLists ? new Dictionary<string, OciNetDevice>() : null;
        spec.Hooks = new() { Prestart = emptyLists ? [] : null, CreateContainer = emptyLists ? [] : null, StartContainer = emptyLists ? [] : null };
        LaunchPlan plan = Planner.PlanCreate(PlanInputs.Hybrid(spec) with { Home = null, Host = PlanInputs.HybridHost with { Rootless = true } });
        Assert.DoesNotContain(plan.Steps, static step => step is OpenSourcesStep or MountStep or RlimitStep or NetDeviceStep or HookStateStep or AwaitStep { Reason: not AwaitReason.IdMaps });
        Assert.Empty(plan.Steps.OfType<ExecStep>().Single().Env);
    }

    /// <summary>A descriptor that criu is handed is named by its number there.</summary>
    [Fact]
    public void CriuFindsItsDescriptorsOneAfterTheOther()
    {
        SuperviseStep supervisor = ConsolePlanner.Supervisor(LogLimit.Default, null, terminal: false, readsTerminal: false);
        var criu = new RestoreStep { Program = "/criu", Args = ["criu"], Env = [] };
        LaunchPlan plan = RestorePlanner.Plan(supervisor, criu, 4, [new RoleFd(PlanFdRole.CriuSocket), new InheritedFd(9), new InheritedFd(7)]);
        Assert.Equal([supervisor, .. plan.Steps.OfType<KeepFdStep>(), criu], plan.Steps);
        Assert.Equal([(4, new RoleFd(PlanFdRole.CriuSocket)), (5, new InheritedFd(9)), (6, (PlanFd)new InheritedFd(7))], plan.Steps.OfType<KeepFdStep>().Select(static step => (step.Number, step.Fd)));
    }

    [Fact]
    public void TheHelpersStepsArePickedOnce()
    {
        LaunchPlan plan = Planner.PlanCreate(PlanInputs.Hybrid());
        Assert.Same(plan.HelperSteps, plan.HelperSteps);
        Assert.DoesNotContain(plan.HelperSteps, static step => step is RuntimeStep);
    }

    [Fact]
    public void MountsWithTheSameMapsShareAUserNamespace()
    {
        static IdMapsFd Maps(uint uid, uint gid, string? path, string pointer) => new([new() { ContainerID = uid, HostID = 5, Size = 6 }], [new() { ContainerID = gid, HostID = 5, Size = 6 }], path, pointer);
        IdMapsFd maps = Maps(1, 2, null, "/mounts/0");
        Assert.Equal(2, new HashSet<PlanFd> { maps, Maps(1, 2, null, "/mounts/1"), Maps(2, 1, null, "/mounts/0") }.Count);
        Assert.Equal(maps.GetHashCode(), Maps(1, 2, null, "/mounts/1").GetHashCode());
        foreach (IdMapsFd other in (IdMapsFd[])[Maps(1, 3, null, ""), Maps(3, 2, null, ""), Maps(1, 2, "/ns", ""), maps with { GidMappings = [] }])
        {
            Assert.NotEqual(maps, other);
            Assert.NotEqual(maps.GetHashCode(), other.GetHashCode());
        }
    }

    /// <summary>mount_namespaces(7): slave receives and sends nothing; what is mounted below a shared root is as on the host.</summary>
    [Theory]
    [InlineData(null, "rslave", false, false)]
    [InlineData("", "rslave", false, false)]
    [InlineData("private", "rprivate", false, false)]
    [InlineData("rprivate", "rprivate", false, false)]
    [InlineData("slave", "rslave", false, true)]
    [InlineData("rslave", "rslave", false, true)]
    [InlineData("shared", "shared", true, true)]
    [InlineData("rshared", "rshared", true, true)]
    [InlineData("unbindable", "rprivate", false, true)]
    [InlineData("runbindable", "rprivate", false, true)]
    public void ThePropagationOfTheRootIsThatOfTheConfiguration(string? propagation, string ofAll, bool shared, bool later)
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Linux!.RootfsPropagation = propagation;
        List<LaunchStep> steps = [.. Planner.PlanCreate(PlanInputs.Hybrid(spec)).Steps];
        string? pointer = string.IsNullOrEmpty(propagation) ? null : "/linux/rootfsPropagation";
        Assert.Equal((ofAll, pointer), steps.OfType<RootPropagationStep>().Select(static step => (step.Detail, step.SpecPointer)).Single());
        Assert.Equal(ofAll, PropagationNames.Of(RootPlanner.PropagationOfAll(propagation)));
        Assert.Equal((shared, false, "/root/path"), steps.OfType<OpenRootStep>().Select(static step => (step.IsolateParent, step.Plain, step.SpecPointer)).Single());
        Assert.Equal((shared ? "rslave" : string.Empty, false, false), steps.OfType<PivotRootStep>().Select(static step => (PropagationNames.Of(step.OldRoot), step.ChrootOnly, step.MoveAndChroot)).Single());
        Assert.Equal(later ? [$"setattr / {propagation}"] : [], steps.OfType<SetAttributesStep>().Where(static step => step.Target == "/").Select(static step => step.ToString()));
    }

    [Fact]
    public void WithoutPivotTheRootIsMoved()
    {
        Assert.True(Planner.PlanCreate(PlanInputs.Hybrid() with { NoPivot = true }).Steps.OfType<PivotRootStep>().Single().MoveAndChroot);
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Linux!.MaskedPaths = [];
        Assert.DoesNotContain(Planner.PlanCreate(PlanInputs.Hybrid(spec)).Steps, static step => step is OpenDevNullStep or MaskStep);
    }

    /// <summary>A second mount on a path would only hide the first.</summary>
    [Fact]
    public void APathIsMaskedOnce()
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        (spec.Linux!.MaskedPaths, spec.Linux.ReadonlyPaths) = (["/a", "/a/", "b", "/b/../c"], ["/a", "x/./y", "/x/y"]);
        LaunchPlan plan = Planner.PlanCreate(PlanInputs.Hybrid(spec));
        Assert.Equal([("/a", "/linux/maskedPaths/0"), ("/b", "/linux/maskedPaths/2"), ("/c", "/linux/maskedPaths/3")], plan.Steps.OfType<MaskStep>().Select(static step => (step.Path, step.SpecPointer!)));
        Assert.Equal([("/a", "/linux/readonlyPaths/0"), ("/x/y", "/linux/readonlyPaths/1")], plan.Steps.OfType<ReadonlyPathStep>().Select(static step => (step.Path, step.SpecPointer!)));
        Assert.Equal(
            ["/linux/readonlyPaths/1: \"x/./y\" is relative; it starts at the container's root", "/linux/maskedPaths/2: \"b\" is relative; it starts at the container's root"], plan.Warnings);
        Assert.All(plan.Steps.Where(static step => step is MaskStep or ReadonlyPathStep), static step => Assert.True(step.IgnoreMissing));
    }

    [Fact]
    public void ADeviceIsMadeOnceAndWhereItIsReal()
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Linux!.Devices = [new() { Type = "c", Path = "/dev/a", Major = 1, Minor = 2 }, new() { Type = "c", Path = "/dev//a", Major = 1, Minor = 3 }, new() { Type = "c", Path = "/srv/a", Major = 1, Minor = 4 }];
        LaunchPlan plan = Planner.PlanCreate(PlanInputs.Hybrid(spec) with { HasKcore = false });
        Assert.Equal(
            [("/dev/a", 2u, true, true, "/linux/devices/0"), ("/srv/a", 4u, false, true, "/linux/devices/2")],
            plan.Steps.OfType<MakeNodeStep>().Where(static step => step.SpecPointer is not null).Select(static step => (step.Path, step.Minor, step.RealDirectory, step.BindFallback, step.SpecPointer!)));
        Assert.Equal(["/linux/devices/1: ignored: an earlier device has the path /dev//a"], plan.Warnings);
        // No link that leads nowhere.
        Assert.DoesNotContain(plan.Steps, static step => step is SymlinkStep { Path: "/dev/core" });
        Assert.All(plan.Steps.OfType<SymlinkStep>().Where(static step => step.Path.StartsWith("/dev/", StringComparison.Ordinal)), static step => Assert.True(step.RealDirectory));
    }

    /// <summary>mount(2), MS_REMOUNT with MS_BIND: flags that nobody names go, the access time only when one is named.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(0x000000, "rro", "bind")]
    [InlineData(0x20000e, "ro")]
    [InlineData(0x20000e, "rw")]
    [InlineData(0x200009, "nosuid", "dev")]
    [InlineData(0x00000f, "symfollow")]
    [InlineData(0x000000, "ro", "nosuid", "nodev", "noexec", "nosymfollow")]
    [InlineData(0x20000f, "atime")]
    [InlineData(0x20000f, "diratime")]
    [InlineData(0x20008f, "noatime")]
    [InlineData(0x20008f, "relatime")]
    [InlineData(0x20007f, "nodiratime")]
    [InlineData(0x20000f, "noatime", "nodiratime")]
    public void ABindLosesWhatNobodyNames(ulong unnamed, params string[] options) => Assert.Equal((MountAttributes)unnamed, MountOptions.Parse(options).Unnamed);

    [Fact]
    public void ATerminalIsTheUsersAndKeepsItsNewlines()
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        (spec.Process!.Terminal, spec.Process.User) = (true, new() { Uid = 7 });
        foreach ((ConsoleTarget target, bool keeps) in (ValueTuple<ConsoleTarget, bool>[])[(ConsoleTarget.Channel, true), (ConsoleTarget.Supervisor, true), (ConsoleTarget.Socket, false)])
        {
            ConsoleStep step = Planner.PlanCreate(PlanInputs.Hybrid(spec) with { Console = target }).Steps.OfType<ConsoleStep>().Single();
            Assert.Equal((keeps, 7u, 0u, 0u, "/process/terminal"), (step.KeepNewlines, step.Uid, step.Rows, step.Columns, step.SpecPointer));
        }
    }
}
