using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Planning;

/// <summary>Plans that change the mounts of a container that runs (docs/architecture.md).</summary>
public sealed class LiveMountPlanTests
{
    [Fact]
    public void AMountIsMadeAmongTheHostsAndPutInItsPlaceInTheContainers()
    {
        LaunchPlan plan = Planner.PlanAddMounts(Input(Bind("/data", "rbind", "ro", "rslave"), Tmpfs("/t", "mode=750")));
        Assert.Equal(
            [
                "change mounts undone when a step fails", "unshare mount", "root_propagation / rslave", "bind /data rbind from /srv ro,rslave", "mount /t tmpfs mode=750",
                "join_ns mount /proc/7/ns/mnt", "open_root /", "attach /data", "attach /t", "commit mounts",
            ],
            Texts(plan));
        Assert.Equal([(7, 3, "/mounts/0"), (8, 4, "/mounts/1")], Attached(plan));
        OpenRootStep root = plan.Steps.OfType<OpenRootStep>().Single();
        Assert.Equal((true, false), (root.Joined, root.Plain));
        Assert.Empty(plan.Warnings);
    }

    /// <summary>Sources are opened with the ids of the host's root, which it loses in there.</summary>
    [Fact]
    public void AUserNamespaceIsJoinedFirst()
    {
        MountChangeInput input = Input(Bind("/data", "bind")) with { JoinsUserNamespace = true };
        PlanInputs.WithUserNamespace(input.Spec);
        string[] rest =
        [
            "join_ns user /proc/7/ns/user", "become_root 0:0", "unshare mount", "root_propagation / rslave", "bind /data from /srv", "join_ns mount /proc/7/ns/mnt", "open_root /",
            "attach /data", "commit mounts",
        ];
        Assert.Equal(["change mounts undone when a step fails", "sources sources of binds", .. rest], Texts(Planner.PlanAddMounts(input)));
        Assert.Equal("/mounts", Planner.PlanAddMounts(input).Steps[1].SpecPointer);
        // An unprivileged user has the same ids on both sides.
        Assert.Equal(["change mounts undone when a step fails", .. rest], Texts(Planner.PlanAddMounts(input with { Host = PlanInputs.HybridHost with { EffectiveUid = 1000, Rootless = true } })));
        input.Spec.Mounts = [Tmpfs("/t")];
        Assert.DoesNotContain(Planner.PlanAddMounts(input).Steps, static step => step is OpenSourcesStep);
    }

    [Fact]
    public void TheRootOfAContainerWithoutAMountNamespaceIsOpenedFirst()
    {
        LaunchPlan plan = Planner.PlanAddMounts(Input(Tmpfs("/t")) with { Root = "/proc/7/root" });
        Assert.Equal(
            [
                "change mounts undone when a step fails", "open_root /proc/7/root no mount", "unshare mount", "root_propagation / rslave", "mount /t tmpfs", "join_ns mount /proc/7/ns/mnt",
                "attach /t", "commit mounts",
            ],
            Texts(plan));
        Assert.Equal([(6, 4, "/mounts/0")], Attached(plan));
    }

    /// <summary>Those of a bind while nobody sees it; a filesystem becomes read-only when what lies in it has its place, and alone.</summary>
    [Fact]
    public void AttributesThatComeLaterAreThoseOfTheirMount()
    {
        LaunchPlan plan = Planner.PlanAddMounts(Input(Bind("/data", "rbind", "ro", "rnosuid", "rdev"), Tmpfs("/t", "ro"), Bind("/t/below", "bind")));
        Assert.Equal(
            [
                "change mounts undone when a step fails", "unshare mount", "root_propagation / rslave", "bind /data rbind from /srv ro", "attributes /data rnosuid,rdev", "mount /t tmpfs",
                "bind /t/below from /srv", "join_ns mount /proc/7/ns/mnt", "open_root /", "attach /data", "attach /t", "attach /t/below", "attributes /t ro", "commit mounts",
            ],
            Texts(plan));
        Assert.Equal([(9, 3, "/mounts/0"), (10, 5, "/mounts/1"), (11, 6, "/mounts/2")], Attached(plan));
        Assert.Equal([(3, "/mounts/0", true), (5, "/mounts/1", false)], plan.Steps.OfType<AttributesStep>().Select(static step => (step.Of, step.SpecPointer, step.Recursive)));
    }

    [Fact]
    public void AFilesystemAboveAnotherHasItsOwnAttributes()
    {
        LaunchPlan plan = Planner.PlanAddMounts(Input(Tmpfs("/t", "ro"), Tmpfs("/t", "ro"), Bind("/t", "bind")));
        Assert.Equal(["attach /t", "attributes /t ro", "attach /t", "attributes /t ro", "attach /t", "commit mounts"], Texts(plan).TakeLast(6));
        Assert.Equal([3, 4], plan.Steps.OfType<AttributesStep>().Select(static step => step.Of));
    }

    [Fact]
    public void PropagationAndWarningsAreThoseOfTheConfiguration()
    {
        MountChangeInput input = Input(Bind("data", "bind", "size=1m"));
        input.Spec.Linux!.RootfsPropagation = "private";
        LaunchPlan plan = Planner.PlanAddMounts(input);
        Assert.Equal(Propagation.MS_PRIVATE | Propagation.MS_REC, plan.Steps.OfType<RootPropagationStep>().Single().Propagation);
        Assert.Equal(
            ["/mounts/0/destination: \"data\" is relative; it starts at the container's root", "/mounts/0/options: a bind takes no filesystem parameters: size=1m is ignored"], plan.Warnings);
    }

    [Fact]
    public void ABindNeedsASource()
    {
        OciException e = Assert.Throws<OciException>(() => Planner.PlanAddMounts(Input(Tmpfs("/t"), new() { Destination = "/m", Options = ["bind"] })));
        Assert.Equal((OciErrorCode.InvalidSpec, "/mounts/1/source"), (e.Code, e.SpecPointer));
    }

    [Fact]
    public void WithoutMountsThereIsNothingToDo()
    {
        MountChangeInput input = Input();
        input.Spec.Mounts = null;
        Assert.DoesNotContain(Planner.PlanAddMounts(input).Steps, static step => step is AttachStep or TargetStep);
        Assert.DoesNotContain(Planner.PlanRemoveMounts(input).Steps, static step => step is UnmountStep);
    }

    [Theory]
    [InlineData("proc", "/m", "/mounts/1/type", OciErrorCode.NotSupported)]
    [InlineData("sysfs", "/m", "/mounts/1/type", OciErrorCode.NotSupported)]
    [InlineData("mqueue", "/m", "/mounts/1/type", OciErrorCode.NotSupported)]
    [InlineData("cgroup", "/m", "/mounts/1/type", OciErrorCode.NotSupported)]
    [InlineData("cgroup2", "/m", "/mounts/1/type", OciErrorCode.NotSupported)]
    [InlineData("tmpfs", "/", "/mounts/1/destination", OciErrorCode.InvalidSpec)]
    [InlineData("tmpfs", "/bundle/rootfs", "/mounts/1/destination", OciErrorCode.InvalidSpec)]
    [InlineData("tmpfs", "/m", "/mounts/1/options", OciErrorCode.InvalidSpec, "remount")]
    [InlineData("bind", "/", "/mounts/1/destination", OciErrorCode.InvalidSpec)]
    public void WhatCantBeAddedIsNamed(string type, string destination, string pointer, OciErrorCode code, params string[] options)
    {
        MountChangeInput input = Input(Tmpfs("/t"), new() { Destination = destination, Type = type, Source = "/a", Options = [.. options] });
        OciException e = Assert.Throws<OciException>(() => Planner.PlanAddMounts(input));
        Assert.Equal((code, pointer), (e.Code, e.SpecPointer));
        if (code == OciErrorCode.NotSupported)
            Assert.Equal($"{pointer}: a {type} filesystem can't be added to a running container", e.Message);
    }

    /// <summary>A bind shows what is there, whatever type is named beside it (runtime-spec config.md, "mounts").</summary>
    [Fact]
    public void ABindOfWhatIsMountedAlreadyIsNoNewFilesystem() => Assert.Contains(
        "attach /m", Texts(Planner.PlanAddMounts(Input(new OciMount { Destination = "/m", Type = "sysfs", Source = "/sys", Options = ["bind"] }))));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AllAreLookedForAndThenUnmountedTheLastFirst(bool user)
    {
        LaunchPlan plan = Planner.PlanRemoveMounts(Input(Tmpfs("/a"), new() { Destination = "/bundle/rootfs/a/b" }) with { JoinsUserNamespace = user });
        string[] first = user ? ["join_ns user /proc/7/ns/user", "become_root 0:0"] : [];
        Assert.Equal(
            ["change mounts undone when a step fails", .. first, "join_ns mount /proc/7/ns/mnt", "open_root /", "unmount /a look", "unmount /a/b look", "unmount /a/b", "unmount /a", "commit mounts"],
            Texts(plan));
        Assert.Equal(
            ["/mounts/0/destination", "/mounts/1/destination", "/mounts/1/destination", "/mounts/0/destination"], plan.Steps.OfType<UnmountStep>().Select(static step => step.SpecPointer));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/a/..")]
    [InlineData("/bundle/rootfs")]
    public void TheRootFilesystemStays(string destination)
    {
        OciException e = Assert.Throws<OciException>(() => Planner.PlanRemoveMounts(Input(Tmpfs("/a"), Tmpfs(destination))));
        Assert.Equal((OciErrorCode.InvalidSpec, "/mounts/1/destination"), (e.Code, e.SpecPointer));
    }

    private static MountChangeInput Input(params OciMount[] mounts)
    {
        OciSpec spec = PlanInputs.DefaultSpec();
        spec.Mounts = [.. mounts];
        return new() { Spec = spec, Id = "c1", Host = PlanInputs.HybridHost, Bundle = "/bundle", Rootfs = "/bundle/rootfs", NamespaceDirectory = "/proc/7/ns", JoinsUserNamespace = false };
    }

    private static OciMount Bind(string destination, params string[] options) => new() { Destination = destination, Source = "/srv", Options = [.. options] };

    private static OciMount Tmpfs(string destination, params string[] options) => new() { Destination = destination, Type = "tmpfs", Source = "tmpfs", Options = [.. options] };

    private static IEnumerable<string> Texts(LaunchPlan plan) => plan.Steps.Select(static step => step.ToString());

    // Where it stands, which step's mount it is, and who asked for it.
    private static IEnumerable<(int At, int Of, string? Pointer)> Attached(LaunchPlan plan) =>
        plan.Steps.Select(static (step, at) => (step, at)).Where(static pair => pair.step is AttachStep).Select(static pair => (pair.at, ((AttachStep)pair.step).Of, pair.step.SpecPointer));
}
