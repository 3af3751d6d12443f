using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using Xunit;

namespace OciRuntime.Core.Tests.Cgroups;

/// <summary>Hierarchies that can't be written to: sysfs refuses directories as a hierarchy of somebody else does.</summary>
public sealed class RootlessCgroupTests
{
    private const string Refused = "/sys/oci-tests";

    [RealCgroupFact]
    public void ForRootItIsAnError()
    {
        OciException error = Assert.Throws<OciException>(() => Make(rootless: false).Create(null));
        Assert.Equal(OciErrorCode.PermissionDenied, error.Code);
        Assert.Equal(Refused, error.Object);
    }

    [RealCgroupFact]
    public void RootlessGoesOnWithoutIt()
    {
        CgroupV1 cgroup = Make(rootless: true);
        cgroup.Create(null);
        Assert.Empty(cgroup.Paths);
        Assert.Empty(cgroup.JoinFiles);
        cgroup.Remove(CancellationToken.None);
    }

    [RealCgroupFact]
    public void ALimitThereIsAnError()
    {
        OciException error = Assert.Throws<OciException>(() => Make(rootless: true).Create(new() { Pids = new() { Limit = 1 } }));
        Assert.Equal("/linux/resources/pids/limit", error.SpecPointer);
        Assert.Contains("pids", error.Message, StringComparison.Ordinal);
    }

    private static CgroupV1 Make(bool rootless) => new(new() { ["pids"] = Refused }, new() { [Refused] = "/sys" }, rootless);
}
