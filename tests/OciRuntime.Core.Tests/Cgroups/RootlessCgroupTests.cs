using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Cgroups;

/// <summary>Hierarchies that the user may not write to.</summary>
public sealed class RootlessCgroupTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public RootlessCgroupTests() => Directory.CreateDirectory(_directory["memory"]);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void AHierarchyThatCantBeWrittenIsLeftOut()
    {
        IContainerCgroup cgroup = Make(rootless: true, "memory", "nothing");
        Assert.Equal(["memory"], cgroup.Paths.Keys);
        Assert.Equal([_directory["memory"] + "/a/b/tasks"], cgroup.JoinFiles);
        Assert.Null(cgroup.CloneDirectory);
    }

    [Fact]
    public void ForRootNothingIsLeftOut() => Assert.Equal(["memory", "nothing"], Make(rootless: false, "memory", "nothing").Paths.Keys);

    [Fact]
    public void ForRootItIsAnError()
    {
        OciException error = Assert.Throws<OciException>(() => Make(rootless: false, "nothing").Create(new() { Devices = [new() { Allow = true }] }));
        Assert.Equal(_directory["nothing"] + "/a", error.Object);
        Assert.NotEqual(0, error.Errno);
    }

    [Fact]
    public void ALimitThereIsAnErrorAndNothingElseIsLeft()
    {
        IContainerCgroup cgroup = Make(rootless: true, "memory", "nothing");
        OciException error = Assert.Throws<OciException>(() => cgroup.Create(new() { Pids = new() { Limit = 1 } }));
        Assert.Equal("/linux/resources/pids/limit", error.SpecPointer);
        Assert.Contains("may not write", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(_directory["memory"]));
    }

    [Fact]
    public void AContainerWithoutAnyCgroupStillRuns()
    {
        IContainerCgroup cgroup = Make(rootless: true, "nothing");
        cgroup.Create(null);
        Assert.Empty(cgroup.JoinFiles);
        Assert.Empty(cgroup.Processes());
        cgroup.Remove(CancellationToken.None);
    }

    [Fact]
    public void OnV2AContainerRunsWithoutACgroupAndALimitIsAnError()
    {
        var layout = new CgroupLayout { Mode = CgroupMode.Unified, UnifiedMountPoint = _directory["nothing"] };
        IContainerCgroup cgroup = CgroupFactory.ForNew(new() { Cgroups = layout, EffectiveUid = 1, Rootless = true }, CgroupManagerKind.Cgroupfs, CgroupPathTests.Spec("/a"), "test");
        cgroup.Create(new() { Devices = [new() { Allow = false, Access = "rwm" }] });
        Assert.Null(cgroup.CloneDirectory);
        Assert.Empty(cgroup.Paths);
        OciException error = Assert.Throws<OciException>(() => cgroup.Create(new() { Pids = new() { Limit = 1 } }));
        Assert.Equal("/linux/resources/pids/limit", error.SpecPointer);
        Assert.Equal(_directory["nothing"] + "/a", error.Object);
    }

    private IContainerCgroup Make(bool rootless, params string[] controllers)
    {
        var layout = new CgroupLayout { Mode = CgroupMode.Legacy, Hierarchies = [.. controllers.Select(controller => new CgroupHierarchy(_directory[controller], [controller]))] };
        return CgroupFactory.ForNew(new() { Cgroups = layout, EffectiveUid = 0, Rootless = rootless }, CgroupManagerKind.Cgroupfs, CgroupPathTests.Spec("/a/b"), "test");
    }
}
