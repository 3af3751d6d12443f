using System.Diagnostics;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Cgroups.Statistics;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Systemd;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Cgroups;

/// <summary>Limits, read back from the kernel and felt by processes.</summary>
public sealed class CgroupLimitTests : CgroupTest
{
    private const long Megabyte = 1 << 20;

    [Fact, NeedsCgroup("memory")]
    public void MemoryLimitIsInTheKernel()
    {
        Cgroup.Make(new() { Memory = new() { Limit = 64 * Megabyte, Reservation = 32 * Megabyte } });
        Assert.Equal("67108864", Read("memory", "memory.limit_in_bytes", "memory.max"));
        Assert.Equal("33554432", Read("memory", "memory.soft_limit_in_bytes", "memory.low"));
    }

    [Fact, NeedsCgroup("memory")]
    public void MemoryAboveTheLimitIsKilled()
    {
        Cgroup.Make(new() { Memory = new() { Limit = 16 * Megabyte, Swap = HasSwapAccounting() ? 16 * Megabyte : null } });
        Assert.Equal(137, Run("head -c 100m /dev/zero | tail >/dev/null & wait $!"));
        CgroupStatistics statistics = CgroupStatistics.Read(Cgroup);
        Assert.True(statistics.Memory!.OomKills >= 1, $"{statistics}");
        Assert.Equal(16ul * Megabyte, statistics.Memory!.Usage.ActualLimit);
        Assert.Contains("oom_kill", File.ReadAllText(Cgroup.OomFile!), StringComparison.Ordinal);
    }

    [Fact, NeedsCgroup("memory")]
    public void LimitsMoveUpAndDown()
    {
        Cgroup.Make(new() { Memory = new() { Limit = 64 * Megabyte } });
        bool swap = HasSwapAccounting();
        foreach (long limit in new[] { 32, 128, 16, 256 })
            Cgroup.Apply(new() { Memory = new() { Limit = limit * Megabyte, Swap = swap ? limit * Megabyte : null } });
        Assert.Equal("268435456", Read("memory", "memory.limit_in_bytes", "memory.max"));
        Cgroup.Apply(new() { Memory = new() { Limit = -1 } });
        Assert.Null(CgroupStatistics.Read(Cgroup).Memory!.Usage.ActualLimit);
    }

    [Fact, NeedsCgroup("memory", legacyOnly: true)]
    public void AMemoryLimitBelowTheUsageSaysWhatIsUsed()
    {
        Cgroup.Make(new() { Memory = new() { Limit = 64 * Megabyte, Swap = HasSwapAccounting() ? 64 * Megabyte : null } });
        Join("head -c 30m /dev/zero | (dd bs=30M count=1 iflag=fullblock status=none | { echo held; sleep 100; }) & wait");
        Until(() => CgroupStatistics.Read(Cgroup).Memory!.Usage.Usage > 25 * Megabyte);
        OciException error = Assert.Throws<OciException>(() => Cgroup.Apply(new() { Memory = new() { Limit = Megabyte } }));
        Assert.Equal(Errno.EBUSY, error.Errno);
        Assert.Contains("bytes are in use, the peak was ", error.Message, StringComparison.Ordinal);
        Assert.Equal("/linux/resources/memory/limit", error.SpecPointer);
    }

    [Fact, NeedsCgroup("cpu")]
    public void CpuLimitsAreInTheKernel()
    {
        Cgroup.Make(new() { Cpu = new() { Shares = 512, Quota = 20000, Period = 100000, Burst = 5000 } });
        if (Unified)
        {
            Assert.Equal("20000 100000", Read("cpu", "cpu.max"));
            Assert.Equal("59", Read("cpu", "cpu.weight"));
            return;
        }

        Assert.Equal("512", Read("cpu", "cpu.shares"));
        Assert.Equal("20000", Read("cpu", "cpu.cfs_quota_us"));
        Assert.Equal("100000", Read("cpu", "cpu.cfs_period_us"));
        Assert.Equal("5000", Read("cpu", "cpu.cfs_burst_us"));
        // A smaller quota than the burst, and a larger burst: neither order works for both.
        Cgroup.Apply(new() { Cpu = new() { Quota = 4000, Burst = 1000 } });
        Cgroup.Apply(new() { Cpu = new() { Quota = 50000, Burst = 40000 } });
        Assert.Equal("40000", Read("cpu", "cpu.cfs_burst_us"));
    }

    [Fact, NeedsCgroup("cpu")]
    public void CpuTimeIsLimited()
    {
        Cgroup.Make(new() { Cpu = new() { Quota = 10000, Period = 100000 } });
        Join("while :; do :; done");
        ulong before = CgroupStatistics.Read(Cgroup).Cpu!.Total;
        long start = Stopwatch.GetTimestamp();
        Thread.Sleep(600);
        ulong used = CgroupStatistics.Read(Cgroup).Cpu!.Total - before;
        double share = used / Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        Assert.InRange(share, 0.001, 0.4); // a tenth, and room for a busy machine
    }

    [Fact, NeedsCgroup("cpuset")]
    public void CpusAreInTheKernelAndMemsAreInherited()
    {
        Cgroup.Make(new() { Cpu = new() { Cpus = "0" } });
        Assert.Equal("0", Read("cpuset", "cpuset.cpus"));
        Assert.NotEmpty(Read("cpuset", "cpuset.mems", "cpuset.mems.effective"));
        Process process = Join("exec grep Cpus_allowed_list /proc/self/status");
        Assert.Equal("Cpus_allowed_list:\t0", process.StandardOutput.ReadLine());
    }

    [Fact, NeedsCgroup("pids")]
    public void ForksAboveThePidsLimitFail()
    {
        Cgroup.Make(new() { Pids = new() { Limit = 3 } });
        Assert.NotEqual(0, Run("sleep 100 & sleep 100 & sleep 100 & sleep 100 & exit 0"));
        CgroupStatistics statistics = CgroupStatistics.Read(Cgroup);
        Assert.Equal(3ul, statistics.Pids!.Limit);
        Assert.Equal(2ul, statistics.Pids!.Current);
    }

    [Fact, NeedsCgroup("pids")]
    public void ALimitOfZeroLetsOneProcessIn()
    {
        Cgroup.Make(new() { Pids = new() { Limit = 0 } });
        Assert.Equal(0, Run("exec true"));
        Assert.NotEqual(0, Run("true & exit 0"));
    }

    [Fact, NeedsCgroup("devices")]
    public void DevicesThatAreNotAllowedCantBeOpened()
    {
        using var directory = new TemporaryDirectory();
        string device = directory["kmsg"];
        Machine.Run("mknod", device, "c", "1", "11");
        Cgroup.Make(null);
        Assert.Equal(0, Run("""exec 3<>/dev/null 4</dev/zero"""));
        Assert.NotEqual(0, Run("""exec 3<"$1" """, device));
        Assert.Equal(0, Run("""mknod "$1.made" c 1 11""", device));
        Cgroup.Apply(Devices(new OciDeviceRule { Allow = true, Type = "c", Major = 1, Minor = 11, Access = "r" }));
        Assert.Equal(0, Run("""exec 3<"$1" """, device));
        Assert.NotEqual(0, Run("""exec 3>"$1" """, device));
        Cgroup.Apply(Devices(new OciDeviceRule { Allow = true, Type = "c", Major = 1, Minor = 11, Access = "r" }, new OciDeviceRule { Allow = true, Type = "c", Major = 1, Minor = 11, Access = "w" }));
        Assert.Equal(0, Run("""exec 3<>"$1" """, device));
        Cgroup.Apply(Devices());
        Assert.NotEqual(0, Run("""exec 3<"$1" """, device));
    }

    /// <summary>A node of c 5:1 is the console of the machine, whoever makes it; a configuration may still name it, as Docker's does.</summary>
    [Fact, NeedsCgroup("devices")]
    public void TheMachinesConsoleIsNotAmongTheDefaults()
    {
        using var directory = new TemporaryDirectory();
        string device = directory["console"];
        Machine.Run("mknod", device, "c", "5", "1");
        Cgroup.Make(null);
        // EPERM is the cgroup's; a machine without a console says ENODEV or EIO.
        const string Refused = """busybox dd if=/dev/null of="$1" 2>&1 | grep -q 'not permitted'""";
        Assert.Equal(0, Run(Refused, device));
        Cgroup.Apply(Devices(new OciDeviceRule { Allow = true, Type = "c", Major = 5, Minor = 1, Access = "rwm" }));
        Assert.NotEqual(0, Run(Refused, device));
    }

    [Fact, NeedsCgroup("devices")]
    public void DevicesOfAnUpdateWithoutRulesStay()
    {
        using var directory = new TemporaryDirectory();
        string device = directory["kmsg"];
        Machine.Run("mknod", device, "c", "1", "11");
        Cgroup.Make(Devices(new OciDeviceRule { Allow = true, Type = "c", Major = 1, Minor = 11 }));
        Cgroup.Apply(new() { Pids = new() { Limit = 100 } });
        Assert.Equal(0, Run("""exec 3<"$1" """, device));
    }

    [Fact, NeedsCgroup("devices")]
    public void EverythingAllowedIsEverything()
    {
        using var directory = new TemporaryDirectory();
        string device = directory["kmsg"];
        Machine.Run("mknod", device, "c", "1", "11");
        Cgroup.Make(Devices(new OciDeviceRule { Allow = true, Access = "rwm" }));
        Assert.Equal(0, Run("""exec 3<"$1" """, device));
    }

    [Fact, NeedsCgroup(unifiedOnly: true)]
    public void UnifiedFilesAreWritten()
    {
        Cgroup.Make(new() { Unified = new() { ["memory.high"] = "67108864", ["cgroup.max.depth"] = "3" } });
        Assert.Equal("67108864", Read("memory", "memory.high"));
        Assert.Equal("3", Read("", "cgroup.max.depth"));
    }

    [Fact, NeedsCgroup(unifiedOnly: true)]
    public void AFileThatIsNotThereIsNamed()
    {
        OciException error = Assert.Throws<OciException>(() => Cgroup.Make(new() { Unified = new() { ["nothing.max"] = "1" } }));
        Assert.Equal("/linux/resources/unified/nothing.max", error.SpecPointer);
        Assert.Contains("the nothing controller is not available", error.Message, StringComparison.Ordinal);
    }

    [Fact, NeedsCgroup("memory", unifiedOnly: true)]
    public void CheckBeforeUpdateRefusesALimitBelowTheUsage()
    {
        Cgroup.Make(null);
        Join("head -c 30m /dev/zero | (dd bs=30M count=1 iflag=fullblock status=none | { echo held; sleep 100; }) & wait");
        Until(() => CgroupStatistics.Read(Cgroup).Memory!.Usage.Usage > 25 * Megabyte);
        OciException error = Assert.Throws<OciException>(() => Cgroup.Apply(new() { Memory = new() { Limit = Megabyte, CheckBeforeUpdate = true } }));
        Assert.Equal("/linux/resources/memory/limit", error.SpecPointer);
        Assert.Null(CgroupStatistics.Read(Cgroup).Memory!.Usage.ActualLimit);
    }

    [Fact, NeedsCgroup(legacyOnly: true)]
    public void AControllerThatIsNotMountedIsNamed()
    {
        HostFacts without = Host with { Cgroups = Host.Cgroups with { Hierarchies = [.. Host.Cgroups.Hierarchies.Where(hierarchy => !hierarchy.Controllers.Contains("rdma"))], UnifiedControllers = [] } };
        IContainerCgroup cgroup = CgroupFactory.ForNew(without, CgroupManagerKind.Cgroupfs, CgroupPathTests.Spec(Path), "test");
        OciException error = Assert.Throws<OciException>(() => cgroup.Make(new() { Rdma = new() { ["mlx5_1"] = new() { HcaHandles = 1 } } }));
        Assert.Equal(OciErrorCode.NotSupported, error.Code);
        Assert.Contains("rdma", error.Message, StringComparison.Ordinal);
        Assert.Equal("/linux/resources/rdma/mlx5_1", error.SpecPointer);
        AssertGone(cgroup.Paths.Values);
    }

    private static OciResources Devices(params OciDeviceRule[] rules) => new() { Devices = [new() { Allow = false, Access = "rwm" }, .. rules] };

    /// <summary>v2 takes it and goes by what there is.</summary>
    [Fact, NeedsCgroup("cpuset", legacyOnly: true)]
    public void ACpuThatTheMachineLacksIsExplained()
    {
        OciException error = Assert.Throws<OciException>(() => Cgroup.Make(new() { Cpu = new() { Cpus = "8000" } }));
        Assert.Contains("the parent cgroup has ", error.Hint, StringComparison.Ordinal);
        AssertGone(Cgroup.Paths.Values);
    }

    [Fact, NeedsCgroup("cpu")]
    public void CombinationsOfCpuThatDoNotFitAreExplained()
    {
        Cgroup.Make(new() { Cpu = new() { Quota = 5000, Period = 10000 } });
        OciException error = Assert.Throws<OciException>(() => Cgroup.Apply(new() { Cpu = new() { Burst = 6000 } }));
        Assert.Equal("/linux/resources/cpu/burst", error.SpecPointer);
        Assert.Contains("above the quota", error.Hint, StringComparison.Ordinal);
        Cgroup.Apply(new() { Cpu = new() { Idle = 1 } });
        Assert.Contains("idle", Assert.Throws<OciException>(() => Cgroup.Apply(new() { Cpu = new() { Shares = 512 } })).Hint, StringComparison.Ordinal);
    }

    [Fact, NeedsLimit("memory.memsw.limit_in_bytes", null)]
    public void SwapWithoutALimitOfMemoryIsExplained()
    {
        OciException error = Assert.Throws<OciException>(() => Cgroup.Make(new() { Memory = new() { Swap = 64 * Megabyte } }));
        Assert.Equal("/linux/resources/memory/swap", error.SpecPointer);
        Assert.Contains("memory.limit, which is not set", error.Hint, StringComparison.Ordinal);
    }

    /// <summary>cgroup-v1/devices: no change of the default once there are children.</summary>
    [Fact, NeedsCgroup("devices", legacyOnly: true)]
    public void AV1CgroupWithOthersBelowIsExplained()
    {
        Directory.CreateDirectory(Cgroup.Paths["devices"] + "/child");
        OciException error = Assert.Throws<OciException>(() => Cgroup.Make(new()));
        Assert.Equal("/linux/resources/devices", error.SpecPointer);
        Assert.Contains("has child cgroups", error.Hint, StringComparison.Ordinal);
    }
}
