using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Systemd;
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
        Assert.Equal([_directory["memory"] + "/test/tasks"], cgroup.JoinFiles);
        Assert.Null(cgroup.CloneDirectory);
    }

    [Fact]
    public void ForRootNothingIsLeftOut() => Assert.Equal(["memory", "nothing"], Make(rootless: false, "memory", "nothing").Paths.Keys);

    [Fact]
    public void ForRootItIsAnError()
    {
        OciException error = Assert.Throws<OciException>(() => Make(rootless: false, "nothing").Make(new() { Devices = [new() { Allow = true }] }));
        Assert.Equal(_directory["nothing"] + "/test", error.Object);
        Assert.NotEqual(0, error.Errno);
    }

    /// <summary>Who names a path wants it.</summary>
    [Theory]
    [InlineData(false), InlineData(true)]
    public void APathThatIsNamedAndCantBeMadeIsAnError(bool unified)
    {
        CgroupLayout layout = unified
            ? new() { Mode = CgroupMode.Unified, UnifiedMountPoint = _directory["nothing"] }
            : Hierarchies("memory", "nothing");
        IContainerCgroup cgroup = New(layout, rootless: true, "/a/b");
        OciException error = Assert.Throws<OciException>(() => cgroup.Make(null));
        Assert.Equal(("cgroup", _directory["nothing"] + "/a"), (error.Step, error.Object));
        Assert.NotEqual(0, error.Errno);
        Assert.Empty(Directory.GetDirectories(_directory["memory"]));
    }

    [Fact]
    public void OfTheUnifiedHierarchyOfAHybridLayoutNobodyAsks()
    {
        CgroupLayout layout = Hierarchies("memory") with { Mode = CgroupMode.Hybrid, UnifiedMountPoint = _directory["nothing"] };
        IContainerCgroup cgroup = New(layout, rootless: true, "/a/b");
        Assert.Equal(["memory"], cgroup.Paths.Keys);
        Assert.Null(cgroup.CloneDirectory);
    }

    [Fact]
    public void ALimitThereIsAnErrorAndNothingElseIsLeft()
    {
        IContainerCgroup cgroup = Make(rootless: true, "memory", "nothing");
        OciException error = Assert.Throws<OciException>(() => cgroup.Make(new() { Pids = new() { Limit = 1 } }));
        Assert.Equal("/linux/resources/pids/limit", error.SpecPointer);
        Assert.Contains("may not write", error.Message, StringComparison.Ordinal);
        Assert.Contains("delegated", error.Hint, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(_directory["memory"]));
    }

    [Fact]
    public void AContainerWithoutAnyCgroupStillRuns()
    {
        IContainerCgroup cgroup = Make(rootless: true, "nothing");
        cgroup.Make(null);
        Assert.Empty(cgroup.JoinFiles);
        Assert.Empty(cgroup.Processes());
        cgroup.Remove(CancellationToken.None);
    }

    [Fact]
    public void OnV2AContainerRunsWithoutACgroupAndALimitIsAnError()
    {
        IContainerCgroup cgroup = New(new() { Mode = CgroupMode.Unified, UnifiedMountPoint = _directory["nothing"] }, rootless: true);
        cgroup.Make(new() { Devices = [new() { Allow = false, Access = "rwm" }] });
        Assert.Null(cgroup.CloneDirectory);
        Assert.Empty(cgroup.Paths);
        OciException error = Assert.Throws<OciException>(() => cgroup.Make(new() { Pids = new() { Limit = 1 } }));
        Assert.Equal("/linux/resources/pids/limit", error.SpecPointer);
        Assert.Equal(_directory["nothing"] + "/test", error.Object);
    }

    private IContainerCgroup Make(bool rootless, params string[] controllers) => New(Hierarchies(controllers), rootless);

    private CgroupLayout Hierarchies(params string[] controllers) =>
        new() { Mode = CgroupMode.Legacy, Hierarchies = [.. controllers.Select(controller => new CgroupHierarchy(_directory[controller], [controller]))] };

    private static IContainerCgroup New(CgroupLayout layout, bool rootless, string? cgroupsPath = null) => CgroupFactory.ForNew(
        new() { Cgroups = layout with { Own = new Dictionary<string, string>() }, EffectiveUid = 0, Rootless = rootless }, CgroupManagerKind.Cgroupfs, CgroupPathTests.Spec(cgroupsPath), "test");
}
