using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using Xunit;

namespace OciRuntime.Core.Tests.Host;

public sealed class HostFactsTests : IDisposable
{
    private const string HostIds = "         0          0 4294967295\n";

    // Debian 12 with systemd.unified_cgroup_hierarchy=0.
    private const string HybridMounts = """
        24 30 0:22 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw
        30 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,errors=remount-ro
        31 24 0:26 / /sys/fs/cgroup ro,nosuid,nodev,noexec shared:9 - tmpfs tmpfs ro,size=4096k,nr_inodes=1024,mode=755,inode64
        32 31 0:27 / /sys/fs/cgroup/unified rw,nosuid,nodev,noexec,relatime shared:10 - cgroup2 cgroup2 rw,nsdelegate
        33 31 0:28 / /sys/fs/cgroup/systemd rw,nosuid,nodev,noexec,relatime shared:11 - cgroup cgroup rw,xattr,name=systemd
        37 31 0:32 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid,nodev,noexec,relatime shared:16 - cgroup cgroup rw,cpu,cpuacct
        38 31 0:33 / /sys/fs/cgroup/net_cls,net_prio rw,nosuid,nodev,noexec,relatime shared:17 - cgroup cgroup rw,net_cls,net_prio
        39 31 0:34 / /sys/fs/cgroup/memory rw,nosuid,nodev,noexec,relatime shared:18 - cgroup cgroup rw,memory

        """;

    // Inside a container on v1 without a cgroup namespace.
    private const string NestedMounts = """
        601 600 0:50 / / rw,relatime - overlay overlay rw
        610 601 0:33 /docker/abc /sys/fs/cgroup/memory ro,nosuid,nodev,noexec,relatime master:18 - cgroup cgroup rw,memory
        611 601 0:34 /docker/abc /sys/fs/cgroup/pids ro,nosuid,nodev,noexec,relatime master:19 - cgroup cgroup rw,pids

        """;

    private readonly FakeMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void AMachineWithControllersAtTheTopIsUnified()
    {
        _machine.With("/sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory hugetlb pids rdma misc\n")
            .With("/proc/self/uid_map", HostIds)
            .With("/proc/self/cgroup", "0::/user.slice/user-0.slice/session-4.scope\n");
        CgroupLayout layout = HostFacts.Read(_machine.Root).Cgroups;
        Assert.Equal(CgroupMode.Unified, layout.Mode);
        Assert.Equal("/sys/fs/cgroup", layout.UnifiedMountPoint);
        Assert.Equal(["cpuset", "cpu", "io", "memory", "hugetlb", "pids", "rdma", "misc"], layout.UnifiedControllers);
        Assert.Equal("/user.slice/user-0.slice/session-4.scope", layout.Own[""]);
    }

    [Fact]
    public void AHybridMachineHasBoth()
    {
        _machine.With("/proc/self/mountinfo", HybridMounts)
            .With("/proc/self/uid_map", HostIds)
            .With("/sys/fs/cgroup/unified/cgroup.controllers", "hugetlb\n")
            .With("/proc/self/cgroup", "5:memory:/user.slice\n4:net_cls,net_prio:/\n3:cpu,cpuacct:/user.slice:odd\n1:name=systemd:/user.slice/session-1.scope\n0::/user.slice/session-1.scope\n");
        CgroupLayout layout = HostFacts.Read(_machine.Root).Cgroups;
        Assert.Equal(CgroupMode.Hybrid, layout.Mode);
        Assert.Equal("/sys/fs/cgroup/unified", layout.UnifiedMountPoint);
        Assert.Equal(["hugetlb"], layout.UnifiedControllers);
        Assert.Equal(["name=systemd", "cpu", "net_cls", "memory"], layout.Hierarchies.Select(h => h.Controllers[0]));
        Assert.Equal("/user.slice:odd", layout.Own["cpuacct"]);
        Assert.Equal("/user.slice/session-1.scope", layout.Own["name=systemd"]);
        Assert.Equal("/user.slice/session-1.scope", layout.Own[""]);
    }

    [Fact]
    public void OwnPathsCountFromWhatIsMounted()
    {
        _machine.With("/proc/self/mountinfo", NestedMounts)
            .With("/proc/self/uid_map", HostIds)
            .With("/proc/self/cgroup", "2:memory:/docker/abc/inner\n1:pids:/docker/abc\n");
        CgroupLayout layout = HostFacts.Read(_machine.Root).Cgroups;
        Assert.Equal(CgroupMode.Legacy, layout.Mode);
        Assert.Null(layout.UnifiedMountPoint);
        Assert.Empty(layout.UnifiedControllers);
        Assert.Equal("/inner", layout.Own["memory"]);
        Assert.Equal("/", layout.Own["pids"]);
    }

    [Fact]
    public void ARootWithABlankIsEscapedInMountinfoOnly()
    {
        _machine.With("/proc/self/mountinfo", NestedMounts.Replace("/docker/abc", "/docker/a\\040b", StringComparison.Ordinal)).With("/proc/self/cgroup", "2:memory:/docker/a b/inner\n");
        Assert.Equal("/inner", HostFacts.Read(_machine.Root).Cgroups.Own["memory"]);
    }

    [Theory]
    [InlineData("/docker/abcdef", "/")] // a sibling whose name only starts alike
    [InlineData("/../other", "/")] // outside of the cgroup namespace
    [InlineData("/docker/abc/x", "/x")]
    public void WhatIsNotMountedHasNoName(string path, string below)
    {
        _machine.With("/proc/self/mountinfo", NestedMounts).With("/proc/self/cgroup", $"2:memory:{path}\n");
        Assert.Equal(below, HostFacts.Read(_machine.Root).Cgroups.Own["memory"]);
    }

    [Fact]
    public void AUserNamespaceOfItsOwnIsRootless()
    {
        _machine.With("/proc/self/mountinfo", HybridMounts).With("/proc/self/uid_map", "         0     100000      65536\n");
        Assert.True(HostFacts.Read(_machine.Root).Rootless);
    }

    [Fact]
    public void TheHostsUserNamespaceIsRootlessForUsersOnly()
    {
        _machine.With("/proc/self/mountinfo", HybridMounts).With("/proc/self/uid_map", HostIds);
        HostFacts facts = HostFacts.Read(_machine.Root);
        Assert.Equal(facts.EffectiveUid != 0, facts.Rootless);
    }

    [Fact]
    public void NoCgroupsAtAllIsAnError()
    {
        _machine.With("/proc/self/mountinfo", "30 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n");
        Assert.Equal(OciErrorCode.NotSupported, Assert.Throws<OciException>(() => HostFacts.Read(_machine.Root)).Code);
    }

    [Fact]
    public void KernelFactsAreRead()
    {
        _machine.With("/proc/self/mountinfo", HybridMounts)
            .With("/proc/sys/kernel/osrelease", "6.12.48+deb13-amd64\n")
            .With("/proc/sys/kernel/cap_last_cap", "41\n")
            .With("/proc/sys/kernel/seccomp/actions_avail", "kill_process kill_thread trap errno user_notif trace log allow\n")
            .With("/sys/kernel/security/lsm", "lockdown,capability,landlock,yama,apparmor")
            .With("/sys/module/apparmor/parameters/enabled", "Y\n");
        KernelFacts kernel = HostFacts.Read(_machine.Root).Kernel;
        Assert.Equal("6.12.48+deb13-amd64", kernel.Release);
        Assert.Equal(new Version(6, 12, 48), kernel.Version);
        Assert.Equal(41, kernel.LastCapability);
        Assert.Contains("user_notif", kernel.SeccompActions);
        Assert.Equal("apparmor", kernel.SecurityModules[^1]);
        Assert.True(kernel.AppArmor);
        Assert.False(kernel.SELinux);
    }

    [Fact]
    public void AKernelThatSaysNothingHasNothing()
    {
        _machine.With("/proc/self/mountinfo", HybridMounts);
        KernelFacts kernel = HostFacts.Read(_machine.Root).Kernel;
        Assert.Equal(new Version(0, 0), kernel.Version);
        Assert.Empty(kernel.SeccompActions);
        Assert.Empty(kernel.SecurityModules);
        Assert.False(kernel.AppArmor);
    }

    [Fact]
    public void ThisMachineHasAVersionAndCapabilities()
    {
        KernelFacts kernel = HostFacts.Read().Kernel;
        Assert.True(kernel.Version >= new Version(4, 0), kernel.Release);
        Assert.InRange(kernel.LastCapability, 36, 63);
    }
}
