using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Systemd;
using Xunit;

namespace OciRuntime.Core.Tests.Cgroups;

public sealed class CgroupPathTests
{
    [Theory]
    [InlineData("/a/b", "/a/b")]
    [InlineData("//a/./b/", "/a/b")]
    [InlineData("/..a/b..", "/..a/b..")]
    [InlineData("a/b", "/own/slice/a/b")]
    [InlineData("./a", "/own/slice/a")]
    [InlineData("/a:b:c", "/a:b:c")]
    [InlineData("a:b", "/own/slice/a:b")]
    [InlineData(null, "/own/slice/web")]
    [InlineData("", "/own/slice/web")]
    public void V1(string? cgroupsPath, string path) => Assert.Equal(path, CgroupPath.Resolve(cgroupsPath, "web", () => "/own/slice", unified: false));

    [Theory]
    [InlineData("/a/b", "/a/b")]
    [InlineData("a/b", "/own/a/b")]
    [InlineData(null, "/own/web")]
    public void OnV2RelativePathsAreBesideTheRuntime(string? cgroupsPath, string path) =>
        Assert.Equal(path, CgroupPath.Resolve(cgroupsPath, "web", () => "/own/slice", unified: true));

    [Fact]
    public void AtTheRootThereIsNoParent() => Assert.Equal("/a", CgroupPath.Resolve("a", "web", () => "/", unified: true));

    [Theory]
    [InlineData("/..")]
    [InlineData("/a/../../b")]
    [InlineData("../a")]
    [InlineData("/")]
    [InlineData("/./")]
    [InlineData("/a\0b")]
    public void PathsThatLeadElsewhereAreRefused(string cgroupsPath)
    {
        OciException error = Assert.Throws<OciException>(() => CgroupPath.Resolve(cgroupsPath, "web", () => "/", unified: false));
        Assert.Equal(OciErrorCode.InvalidSpec, error.Code);
        Assert.Equal("/linux/cgroupsPath", error.SpecPointer);
        Assert.DoesNotContain('\0', error.Message);
    }

    [Theory]
    [InlineData("system.slice:docker:abc")]
    [InlineData(":runc:abc")]
    [InlineData("::")]
    public void SystemdsFormIsNamed(string cgroupsPath)
    {
        OciException error = Assert.Throws<OciException>(() => CgroupPath.Resolve(cgroupsPath, "web", () => "/", unified: false));
        Assert.Equal(OciErrorCode.NotSupported, error.Code);
        Assert.Contains("slice:prefix:name", error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Hint);
    }

    [Fact]
    public void RelativePathsAreResolvedInEachHierarchy()
    {
        var layout = new CgroupLayout
        {
            Mode = CgroupMode.Hybrid,
            Hierarchies = [new("/sys/fs/cgroup/cpu,cpuacct", ["cpu", "cpuacct"]), new("/sys/fs/cgroup/memory", ["memory"])],
            UnifiedMountPoint = "/sys/fs/cgroup/unified",
            Own = new Dictionary<string, string> { ["cpu"] = "/a", ["cpuacct"] = "/a", ["memory"] = "/b", [""] = "/c" },
        };
        IContainerCgroup cgroup = CgroupFactory.ForNew(Machine(layout), CgroupManagerKind.Cgroupfs, Spec("x"), "web");
        Assert.Equal("/sys/fs/cgroup/cpu,cpuacct/a/x", cgroup.Paths["cpu"]);
        Assert.Equal("/sys/fs/cgroup/cpu,cpuacct/a/x", cgroup.Paths["cpuacct"]);
        Assert.Equal("/sys/fs/cgroup/memory/b/x", cgroup.Paths["memory"]);
        Assert.Equal("/sys/fs/cgroup/unified/c/x", cgroup.CloneDirectory);
        Assert.Equal(["/sys/fs/cgroup/cpu,cpuacct/a/x/tasks", "/sys/fs/cgroup/memory/b/x/tasks"], cgroup.JoinFiles);
        IContainerCgroup again = CgroupFactory.ForExisting(Machine(layout), CgroupManagerKind.Cgroupfs, cgroup.Paths);
        Assert.Equal(cgroup.Paths, again.Paths);
        Assert.Equal(cgroup.JoinFiles, again.JoinFiles);
    }

    [Fact]
    public void OnV2TheContainerIsBornInItsCgroup()
    {
        IContainerCgroup cgroup = CgroupFactory.ForNew(Machine(new() { Mode = CgroupMode.Unified, UnifiedMountPoint = "/sys/fs/cgroup" }), CgroupManagerKind.Cgroupfs, Spec("/a"), "web");
        Assert.Equal("/sys/fs/cgroup/a", cgroup.CloneDirectory);
        Assert.Empty(cgroup.JoinFiles);
        Assert.Equal("/sys/fs/cgroup/a/memory.events", cgroup.OomFile);
    }

    [Fact]
    public void DisabledHasNothing()
    {
        IContainerCgroup cgroup = CgroupFactory.ForNew(Machine(new() { Mode = CgroupMode.Unified }), CgroupManagerKind.Disabled, Spec("/a"), "web");
        cgroup.Make(null);
        Assert.Empty(cgroup.Paths);
        Assert.Empty(cgroup.JoinFiles);
        Assert.Null(cgroup.CloneDirectory);
        cgroup.Remove(CancellationToken.None);
        Assert.Equal(OciErrorCode.NotSupported, Assert.Throws<OciException>(() => cgroup.Freeze(CancellationToken.None)).Code);
    }

    internal static OciSpec Spec(string? cgroupsPath) => new() { Linux = new() { CgroupsPath = cgroupsPath } };

    private static HostFacts Machine(CgroupLayout layout) => new() { Cgroups = layout, EffectiveUid = 0, Rootless = false };
}
