using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using Xunit;

namespace OciRuntime.Core.Tests.Host;

public sealed class CgroupLayoutTests
{
    private const string V2 = "30 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";
    private const string Comounted = "33 25 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:10 - cgroup cgroup rw,cpu,cpuacct\n";
    private const string Named = "34 25 0:30 / /sys/fs/cgroup/systemd rw,nosuid - cgroup cgroup rw,xattr,name=systemd\n";
    private const string Unified = "35 25 0:31 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";
    private const string Elsewhere = "36 25 0:29 /x /var/lib/box/cgroup rw - cgroup cgroup rw,cpu,cpuacct\n";

    [Fact]
    public void OnlyV2IsUnified()
    {
        CgroupLayout layout = CgroupLayoutReader.Parse(V2, "/nowhere");
        Assert.Equal(CgroupMode.Unified, layout.Mode);
        Assert.Equal("/sys/fs/cgroup", layout.UnifiedMountPoint);
        Assert.Empty(layout.UnifiedControllers);
    }

    [Fact]
    public void OnlyV1IsLegacy()
    {
        CgroupLayout layout = CgroupLayoutReader.Parse(Comounted + Named + Elsewhere, "/nowhere");
        Assert.Equal(CgroupMode.Legacy, layout.Mode);
        Assert.Null(layout.UnifiedMountPoint);
        Assert.Equal(["cpu", "cpuacct"], layout.Hierarchies[0].Controllers);
        Assert.Equal(["name=systemd"], layout.Hierarchies[1].Controllers);
        Assert.Equal(2, layout.Hierarchies.Count);
    }

    [Fact]
    public void BothAreHybrid()
    {
        CgroupLayout layout = CgroupLayoutReader.Parse(Comounted + Unified, "/nowhere");
        Assert.Equal(CgroupMode.Hybrid, layout.Mode);
        Assert.Equal("/sys/fs/cgroup/unified", layout.UnifiedMountPoint);
    }

    [Fact]
    public void ANameThatOnlyStartsAlikeIsElsewhere() =>
        Assert.Equal(CgroupMode.Legacy, CgroupLayoutReader.Parse(Named + V2.Replace("/sys/fs/cgroup", "/sys/fs/cgroup2", StringComparison.Ordinal), "/nowhere").Mode);

    [Fact]
    public void NoCgroupFilesystemIsAnError() =>
        Assert.Equal(OciErrorCode.NotSupported, Assert.Throws<OciException>(() => CgroupLayoutReader.Parse("22 1 8:1 / / rw - ext4 /dev/sda1 rw\n", "/nowhere")).Code);
}
