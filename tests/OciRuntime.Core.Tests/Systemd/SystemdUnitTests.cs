using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Systemd;
using Xunit;

namespace OciRuntime.Core.Tests.Systemd;

public sealed class SystemdUnitTests
{
    [Theory]
    [InlineData(null, "runc-web.scope", "system.slice")]
    [InlineData("", "runc-web.scope", "system.slice")]
    [InlineData("machine.slice:libpod:abc", "libpod-abc.scope", "machine.slice")]
    [InlineData(":docker:abc", "docker-abc.scope", "system.slice")]
    [InlineData("a-b.slice::abc", "-abc.scope", "a-b.slice")]
    [InlineData("-.slice:p:abc", "p-abc.scope", "-.slice")]
    public void NamesAreThoseOfRunc(string? path, string name, string slice) => Assert.Equal(new(name, slice), SystemdUnit.Parse(path, "web", rootless: false));

    [Fact]
    public void RootlessUnitsAreInTheUsersSlice() => Assert.Equal("/user.slice/runc-web.scope", SystemdUnit.Parse(null, "web", rootless: true).Path);

    [Theory]
    [InlineData("system.slice", "/system.slice")]
    [InlineData("a-b-c.slice", "/a.slice/a-b.slice/a-b-c.slice")]
    [InlineData("kubepods-besteffort-pod1_2.slice", "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod1_2.slice")]
    [InlineData("-.slice", "")]
    public void SlicesAreNestedByTheirNames(string slice, string path) => Assert.Equal(path, SystemdUnit.ExpandSlice(slice));

    [Theory]
    [InlineData("a")]
    [InlineData(".slice")]
    [InlineData("a--b.slice")]
    [InlineData("-a.slice")]
    [InlineData("a-.slice")]
    [InlineData("a/b.slice")]
    [InlineData("a b.slice")]
    [InlineData("../x.slice")]
    public void WhatIsNoSliceIsRefused(string slice) =>
        Assert.Equal("/linux/cgroupsPath", Assert.Throws<OciException>(() => SystemdUnit.Parse(slice + ":p:n", "web", rootless: false)).SpecPointer);

    [Theory]
    [InlineData("/a/b")]
    [InlineData("a:b")]
    [InlineData("a:b:c:d")]
    [InlineData("system.slice:a/b:c")]
    [InlineData("system.slice:a:../c")]
    [InlineData("system.slice:a:b.slice")]
    public void WhatIsNoUnitIsRefused(string path) =>
        Assert.Equal(OciErrorCode.InvalidSpec, Assert.Throws<OciException>(() => SystemdUnit.Parse(path, "web", rootless: false)).Code);

    [Fact]
    public void NamesOfTheKernelsFilesAreEscaped()
    {
        SystemdUnit unit = SystemdUnit.Parse(":_x:y", "web", rootless: false);
        Assert.Equal("/system.slice/__x-y.scope", unit.Path);
        Assert.Equal("_x-y.scope", SystemdCgroup.UnitOf("/sys/fs/cgroup" + unit.Path));
        Assert.Equal("libpod-abc.scope", SystemdCgroup.UnitOf("/sys/fs/cgroup/machine.slice/libpod-abc.scope"));
    }

    [Fact]
    public void ThePathIsKnownBeforeAnythingIsMade()
    {
        var layout = new CgroupLayout { Mode = CgroupMode.Unified, UnifiedMountPoint = "/sys/fs/cgroup" };
        var host = new HostFacts { Cgroups = layout, EffectiveUid = 0, Rootless = false };
        var spec = new OciSpec { Linux = new() { CgroupsPath = "a-b.slice:p:n" } };
        IContainerCgroup cgroup = CgroupFactory.ForNew(host, CgroupManagerKind.Systemd, spec, "web");
        Assert.Equal("/sys/fs/cgroup/a.slice/a-b.slice/p-n.scope", cgroup.CloneDirectory);
        Assert.True(cgroup.NeedsMember);
        Assert.False(cgroup.MovesProcesses);
        spec.Linux.Resources = new() { Pids = new() { Limit = 1 } };
        cgroup = CgroupFactory.ForNew(host, CgroupManagerKind.Systemd, spec, "web");
        Assert.Null(cgroup.CloneDirectory);
        Assert.Equal(["/sys/fs/cgroup/a.slice/a-b.slice/p-n.scope/cgroup.procs"], cgroup.JoinFiles);
        Assert.Equal("/sys/fs/cgroup/a.slice/a-b.slice/p-n.scope", CgroupFactory.ForExisting(host, CgroupManagerKind.Systemd, cgroup.Paths).CloneDirectory);
    }
}
