using System.Globalization;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Systemd;
using OciRuntime.Tests.Shared;
using Xunit;

namespace OciRuntime.Core.Tests.Cgroups;

/// <summary>Every property of linux.resources, set at the start and by an update, as the kernel has it then.</summary>
public sealed class ResourceTests : CgroupTest
{
    private const long Megabyte = 1 << 20;

    [Fact, NeedsLimit("memory.memsw.limit_in_bytes", "memory.swap.max")]
    public void MemoryAndSwap()
    {
        Cgroup.Make(new() { Memory = new() { Limit = 16 * Megabyte, Swap = 24 * Megabyte } });
        Assert.Equal(Unified ? "8388608" : "25165824", Value("memory.memsw.limit_in_bytes", "memory.swap.max"));
        // Up, then down: either order of the two writes fails for one of them.
        Cgroup.Apply(new() { Memory = new() { Limit = 64 * Megabyte, Swap = 64 * Megabyte } });
        Assert.Equal(Unified ? "0" : "67108864", Value("memory.memsw.limit_in_bytes", "memory.swap.max"));
        Assert.Equal("67108864", Value("memory.limit_in_bytes", "memory.max"));
        Cgroup.Apply(new() { Memory = new() { Limit = 8 * Megabyte, Swap = 16 * Megabyte } });
        Assert.Equal("8388608", Value("memory.limit_in_bytes", "memory.max"));
        Cgroup.Apply(new() { Memory = new() { Swap = 32 * Megabyte } });
        Assert.Equal(Unified ? "25165824" : "33554432", Value("memory.memsw.limit_in_bytes", "memory.swap.max"));
        Cgroup.Apply(new() { Memory = new() { Limit = -1 } });
        Assert.Equal(Unified ? "max" : "9223372036854771712", Value("memory.memsw.limit_in_bytes", "memory.swap.max"));
    }

    [Fact, NeedsLimit("memory.soft_limit_in_bytes", "memory.low")]
    public void MemoryReservation()
    {
        Cgroup.Make(new() { Memory = new() { Reservation = 16 * Megabyte } });
        Assert.Equal("16777216", Value("memory.soft_limit_in_bytes", "memory.low"));
        Cgroup.Apply(new() { Memory = new() { Reservation = -1 } });
        Assert.Equal(Unified ? "max" : "9223372036854771712", Value("memory.soft_limit_in_bytes", "memory.low"));
    }

    [Fact, NeedsLimit("memory.swappiness", null)]
    public void Swappiness()
    {
        Cgroup.Make(new() { Memory = new() { Swappiness = 7 } });
        Assert.Equal("7", Value("memory.swappiness"));
        Cgroup.Apply(new() { Memory = new() { Swappiness = 0 } });
        Assert.Equal("0", Value("memory.swappiness"));
    }

    [Fact, NeedsLimit("memory.oom_control", null)]
    public void TheOomKillerCanBeDisabledAndComesBack()
    {
        Cgroup.Make(new() { Memory = new() { DisableOOMKiller = true, Limit = 32 * Megabyte } });
        Assert.Contains("oom_kill_disable 1", Value("memory.oom_control"), StringComparison.Ordinal);
        Cgroup.Apply(new() { Memory = new() { DisableOOMKiller = false } });
        Assert.Contains("oom_kill_disable 0", Value("memory.oom_control"), StringComparison.Ordinal);
    }

    [Fact, NeedsCgroup("memory")]
    public void KernelLimitsAreTakenWithoutEffect()
    {
        Cgroup.Make(new() { Memory = new() { Kernel = 16 * Megabyte, KernelTCP = 16 * Megabyte, UseHierarchy = true, Limit = 64 * Megabyte } });
        Assert.Equal("67108864", Value("memory.limit_in_bytes", "memory.max"));
        foreach (string file in Directory.GetFiles(Cgroup.Paths[Unified ? string.Empty : "memory"], "memory.kmem*limit_in_bytes"))
            Assert.Equal("9223372036854771712", File.ReadAllText(file).Trim());
    }

    [Fact, NeedsLimit("cpu.shares", "cpu.weight")]
    public void CpuShares()
    {
        Cgroup.Make(new() { Cpu = new() { Shares = 512 } });
        Assert.Equal(Unified ? "59" : "512", Value("cpu.shares", "cpu.weight"));
        Cgroup.Apply(new() { Cpu = new() { Shares = 2048 } });
        Assert.Equal(Unified ? "174" : "2048", Value("cpu.shares", "cpu.weight"));
    }

    [Fact, NeedsLimit("cpu.cfs_quota_us", "cpu.max")]
    public void QuotaAndPeriodEachAlone()
    {
        Cgroup.Make(new() { Cpu = new() { Quota = 20000, Period = 50000 } });
        Assert.Equal("20000 50000", Bandwidth());
        Cgroup.Apply(new() { Cpu = new() { Period = 40000 } });
        Assert.Equal("20000 40000", Bandwidth());
        Cgroup.Apply(new() { Cpu = new() { Quota = 10000 } });
        Assert.Equal("10000 40000", Bandwidth());
        Cgroup.Apply(new() { Cpu = new() { Quota = -1 } });
        Assert.Equal(Unified ? "max 40000" : "-1 40000", Bandwidth());
        Cgroup.Apply(new() { Cpu = new() { Period = 100000 } });
        Assert.Equal(Unified ? "max 100000" : "-1 100000", Bandwidth());
    }

    [Fact, NeedsLimit("cpu.cfs_burst_us", "cpu.max.burst")]
    public void Burst()
    {
        Cgroup.Make(new() { Cpu = new() { Quota = 50000, Period = 100000, Burst = 20000 } });
        Assert.Equal("20000", Value("cpu.cfs_burst_us", "cpu.max.burst"));
        // Less quota than burst: both change together.
        Cgroup.Apply(new() { Cpu = new() { Quota = 10000, Burst = 5000 } });
        Assert.Equal("5000", Value("cpu.cfs_burst_us", "cpu.max.burst"));
        Cgroup.Apply(new() { Cpu = new() { Burst = 0 } });
        Assert.Equal("0", Value("cpu.cfs_burst_us", "cpu.max.burst"));
    }

    [Fact, NeedsLimit("cpu.idle", "cpu.idle")]
    public void IdleAndBack()
    {
        Cgroup.Make(new() { Cpu = new() { Idle = 1 } });
        Assert.Equal("1", Value("cpu.idle"));
        Cgroup.Apply(new() { Cpu = new() { Idle = 0, Shares = 512 } });
        Assert.Equal("0", Value("cpu.idle"));
        Assert.Equal(Unified ? "59" : "512", Value("cpu.shares", "cpu.weight"));
    }

    [Fact, NeedsLimit("cpu.rt_runtime_us", null)]
    public void Realtime()
    {
        Cgroup.Make(null);
        string parent = ParentOf(Cgroup.Paths["cpu"]) + "/cpu.rt_runtime_us";
        // Nothing can be had that the parent has not.
        OciException error = Assert.Throws<OciException>(() => Cgroup.Apply(new() { Cpu = new() { RealtimePeriod = 1000000, RealtimeRuntime = 1000 } }));
        Assert.StartsWith("/linux/resources/cpu/realtime", error.SpecPointer, StringComparison.Ordinal);
        try
        {
            File.WriteAllText(parent, "10000");
        }
        catch (IOException)
        {
            Assert.Skip("this machine has given all of its time away, or runs with rt_group_sched=0");
        }

        Cgroup.Apply(new() { Cpu = new() { RealtimePeriod = 500000, RealtimeRuntime = 1000 } });
        Assert.Equal("500000", Value("cpu.rt_period_us"));
        Assert.Equal("1000", Value("cpu.rt_runtime_us"));
        Cgroup.Remove(CancellationToken.None);
        Until(() => // the kernel counts a cgroup for a while after it is removed
        {
            try
            {
                File.WriteAllText(parent, "0");
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        });
    }

    [Fact, NeedsLimit("cpuset.cpus", "cpuset.cpus")]
    public void CpusAndMems()
    {
        Cgroup.Make(new() { Cpu = new() { Cpus = "0", Mems = "0" } });
        Assert.Equal("0", Value("cpuset.cpus"));
        Assert.Equal("0", Value("cpuset.mems"));
        string last = (Environment.ProcessorCount - 1).ToString(CultureInfo.InvariantCulture);
        Cgroup.Apply(new() { Cpu = new() { Cpus = last } });
        Assert.Equal(last, Value("cpuset.cpus"));
        Assert.Equal(OciErrorCode.SystemCallFailed, Assert.Throws<OciException>(() => Cgroup.Apply(new() { Cpu = new() { Cpus = "8000" } })).Code);
    }

    [Fact, NeedsLimit("pids.max", "pids.max")]
    public void Pids()
    {
        Cgroup.Make(new() { Pids = new() { Limit = 5 } });
        Assert.Equal("5", Value("pids.max"));
        Cgroup.Apply(new() { Pids = new() { Limit = -1 } });
        Assert.Equal("max", Value("pids.max"));
    }

    [Fact, NeedsLimit("blkio.weight", "io.weight", Without = "io.bfq.weight")]
    public void IoWeight()
    {
        Cgroup.Make(new() { BlockIO = new() { Weight = 100 } });
        Assert.Equal(Unified ? "default 910" : "100", Value("blkio.weight", "io.weight").Split('\n')[0]);
    }

    [Fact, NeedsLimit("blkio.bfq.weight", "io.bfq.weight")]
    public void IoWeightOfBfq()
    {
        Cgroup.Make(new() { BlockIO = new() { Weight = 100 } });
        Assert.Contains("100", Value("blkio.bfq.weight", "io.bfq.weight"), StringComparison.Ordinal);
    }

    [Fact, NeedsLimit("blkio.bfq.weight_device", "io.weight", Loop = true)]
    public void WeightOfADevice()
    {
        using var loop = new LoopDevice();
        loop.TakeWeights(Unified);
        Cgroup.Make(new() { BlockIO = new() { WeightDevice = [new() { Major = loop.Major, Minor = loop.Minor, Weight = 100 }] } });
        // io.bfq.weight has v1's scale, io.weight its own.
        string[] expected = [$"{loop.Major}:{loop.Minor} 100", $"{loop.Major}:{loop.Minor} 910"];
        string files = Unified ? Value("io.weight") + "\n" + (File.Exists(Cgroup.Paths[string.Empty] + "/io.bfq.weight") ? Value("io.bfq.weight") : "") : Value("blkio.bfq.weight_device");
        Assert.True(files.Split('\n').Intersect(expected).Any(), files);
    }

    [Fact, NeedsLimit("blkio.leaf_weight", null, Until = "5.0")]
    public void LeafWeight()
    {
        Cgroup.Make(new() { BlockIO = new() { LeafWeight = 100 } });
        Assert.Equal("100", Value("blkio.leaf_weight"));
    }

    [Fact, NeedsLimit("blkio.throttle.read_bps_device", "io.max", Disk = true)]
    public void Throttles()
    {
        string disk = NeedsLimitAttribute.BlockDevice()!;
        List<OciThrottleDevice> Rate(ulong rate) => [new() { Major = long.Parse(disk.Split(':')[0], CultureInfo.InvariantCulture), Minor = long.Parse(disk.Split(':')[1], CultureInfo.InvariantCulture), Rate = rate }];
        Cgroup.Make(new() { BlockIO = new() { ThrottleReadBpsDevice = Rate(1000), ThrottleWriteBpsDevice = Rate(2000), ThrottleReadIOPSDevice = Rate(30), ThrottleWriteIOPSDevice = Rate(40) } });
        if (Unified)
        {
            Assert.Equal($"{disk} rbps=1000 wbps=2000 riops=30 wiops=40", Value("io.max"));
        }
        else
        {
            Assert.Equal($"{disk} 1000", Value("blkio.throttle.read_bps_device"));
            Assert.Equal($"{disk} 2000", Value("blkio.throttle.write_bps_device"));
            Assert.Equal($"{disk} 30", Value("blkio.throttle.read_iops_device"));
            Assert.Equal($"{disk} 40", Value("blkio.throttle.write_iops_device"));
        }

        Cgroup.Apply(new() { BlockIO = new() { ThrottleReadBpsDevice = Rate(0), ThrottleReadIOPSDevice = Rate(31) } });
        Assert.Equal(Unified ? $"{disk} rbps=max wbps=2000 riops=31 wiops=40" : "", Value("blkio.throttle.read_bps_device", "io.max"));
    }

    [Fact, NeedsLimit("hugetlb.2MB.limit_in_bytes", "hugetlb.2MB.max")]
    public void HugepagesOnWhicheverSideTheControllerIs()
    {
        Cgroup.Make(new() { HugepageLimits = [new() { PageSize = "2MB", Limit = 4 * (ulong)Megabyte }] });
        bool legacy = Cgroup.Paths.ContainsKey("hugetlb");
        string directory = legacy ? Cgroup.Paths["hugetlb"] : Cgroup.Paths[string.Empty];
        foreach (string file in legacy ? new[] { "hugetlb.2MB.limit_in_bytes", "hugetlb.2MB.rsvd.limit_in_bytes" } : ["hugetlb.2MB.max", "hugetlb.2MB.rsvd.max"])
            Assert.Equal("4194304", File.ReadAllText($"{directory}/{file}").Trim());
        Cgroup.Apply(new() { HugepageLimits = [new() { PageSize = "2MB", Limit = 2 * (ulong)Megabyte }] });
        Assert.Equal("2097152", File.ReadAllText(directory + (legacy ? "/hugetlb.2MB.limit_in_bytes" : "/hugetlb.2MB.max")).Trim());
        OciException error = Assert.Throws<OciException>(() => Cgroup.Apply(new() { HugepageLimits = [new() { PageSize = "3MB", Limit = 0 }] }));
        Assert.Equal(OciErrorCode.NotSupported, error.Code);
        Assert.Equal("/linux/resources/hugepageLimits/0", error.SpecPointer);
    }

    [Fact, NeedsLimit(null, "misc.max")]
    public void Misc()
    {
        string? name = File.ReadLines(Host.Cgroups.UnifiedMountPoint + "/misc.capacity").FirstOrDefault()?.Split(' ')[0];
        if (name is null)
        {
            OciException error = Assert.Throws<OciException>(() => Cgroup.Make(new() { Unified = new() { ["misc.max"] = "sev 1" } }));
            Assert.Equal("/linux/resources/unified/misc.max", error.SpecPointer);
            return;
        }

        Cgroup.Make(new() { Unified = new() { ["misc.max"] = name + " 1" } });
        Assert.Contains(name + " 1", Value("misc.max"), StringComparison.Ordinal);
    }

    [Fact, NeedsLimit("rdma.max", "rdma.max", Rdma = true)]
    public void Rdma()
    {
        string device = NeedsLimitAttribute.RdmaDevice()!;
        Cgroup.Make(new() { Rdma = new() { [device] = new() { HcaHandles = 3, HcaObjects = 100 } } });
        Assert.Equal($"{device} hca_handle=3 hca_object=100", Value("rdma.max").Trim());
        Cgroup.Apply(new() { Rdma = new() { [device] = new() { HcaObjects = 7 } } });
        Assert.Equal($"{device} hca_handle=3 hca_object=7", Value("rdma.max").Trim());
    }

    /// <summary>The kernel knows devices by name, and refuses others.</summary>
    [Fact, NeedsLimit("rdma.max", "rdma.max")]
    public void RdmaOfADeviceThatIsNotThere()
    {
        OciException error = Assert.Throws<OciException>(() => Cgroup.Make(new() { Rdma = new() { ["mlx5_1"] = new() { HcaHandles = 1 } } }));
        Assert.Equal("/linux/resources/rdma/mlx5_1", error.SpecPointer);
    }

    [Fact, Needs(Root = true)]
    public void UnifiedFilesOfTheUnifiedSide()
    {
        if (Host.Cgroups.UnifiedMountPoint is null)
        {
            Assert.Equal(OciErrorCode.NotSupported, Assert.Throws<OciException>(() => Cgroup.Make(new() { Unified = new() { ["cgroup.max.depth"] = "3" } })).Code);
            return;
        }

        Cgroup.Make(new() { Unified = new() { ["cgroup.max.depth"] = "3", ["cgroup.max.descendants"] = "7" } });
        Assert.Equal("3", File.ReadAllText(Cgroup.Paths[string.Empty] + "/cgroup.max.depth").Trim());
        Assert.Equal("7", File.ReadAllText(Cgroup.Paths[string.Empty] + "/cgroup.max.descendants").Trim());
    }

    [Fact, NeedsCgroup(unifiedOnly: true)]
    public void BelowAThreadedCgroupOnlyThreadedControllersWork()
    {
        string parent = $"{Host.Cgroups.UnifiedMountPoint}{Path}-threaded";
        Directory.CreateDirectory(parent + "/domain");
        File.WriteAllText(parent + "/domain/cgroup.type", "threaded");
        IContainerCgroup inner = CgroupFactory.ForNew(Host, CgroupManagerKind.Cgroupfs, CgroupPathTests.Spec(Path + "-threaded/domain/c"), "test");
        try
        {
            OciException error = Assert.Throws<OciException>(() => inner.Make(new() { Memory = new() { Limit = Megabyte } }));
            Assert.Equal("/linux/resources/memory/limit", error.SpecPointer);
            inner.Make(new() { Pids = new() { Limit = 7 } });
            Assert.Equal("threaded", File.ReadAllText(inner.CloneDirectory + "/cgroup.type").Trim());
        }
        finally
        {
            inner.Remove(CancellationToken.None);
            Directory.Delete(parent + "/domain");
            Directory.Delete(parent);
        }
    }

    private string Value(string file) => Value(file, file);

    private string Value(string v1, string v2) => Read(v1.Split('.')[0], v1, v2);

    private string Bandwidth() => Unified ? Value("cpu.max") : $"{Value("cpu.cfs_quota_us")} {Value("cpu.cfs_period_us")}";

    private static string ParentOf(string directory) => System.IO.Path.GetDirectoryName(directory)!;
}
