using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Cgroups;

public sealed class ResourceWritesTests
{
    private static readonly OciResources s_everything = new()
    {
        Memory = new() { Limit = 200, Reservation = 100, Swap = 300 },
        Cpu = new() { Shares = 1024, Quota = 5000, Period = 10000, Burst = 1000, Cpus = "0-1", Mems = "0" },
        Pids = new() { Limit = 7 },
        BlockIO = new()
        {
            Weight = 500,
            WeightDevice = [new() { Major = 8, Minor = 0, Weight = 100 }],
            ThrottleReadBpsDevice = [new() { Major = 8, Minor = 0, Rate = 1000 }, new() { Major = 8, Minor = 16, Rate = 0 }],
            ThrottleWriteIOPSDevice = [new() { Major = 8, Minor = 0, Rate = 20 }],
        },
        HugepageLimits = [new() { PageSize = "2MB", Limit = 4194304 }],
        Rdma = new() { ["mlx5_1"] = new() { HcaHandles = 3, HcaObjects = 10000 } },
    };

    [Fact]
    public void EverythingOnV1()
    {
        string[] expected =
        [
            "memory.limit_in_bytes = 200",
            "memory.memsw.limit_in_bytes = 300",
            "memory.soft_limit_in_bytes = 100",
            "cpu.shares = 1024",
            "cpu.cfs_period_us = 10000",
            "cpu.cfs_quota_us = 5000",
            "cpu.cfs_burst_us = 1000",
            "cpuset.cpus = 0-1",
            "cpuset.mems = 0",
            "pids.max = 7",
            "blkio.weight = 500 or blkio.bfq.weight = 500",
            "blkio.weight_device = 8:0 100 or blkio.bfq.weight_device = 8:0 100",
            "blkio.throttle.read_bps_device = 8:0 1000",
            "blkio.throttle.read_bps_device = 8:16 0",
            "blkio.throttle.write_iops_device = 8:0 20",
            "hugetlb.2MB.limit_in_bytes = 4194304",
            "hugetlb.2MB.rsvd.limit_in_bytes = 4194304",
            "rdma.max = mlx5_1 hca_handle=3 hca_object=10000",
        ];
        Assert.Equal(expected, V1(s_everything).Select(Text));
    }

    [Fact]
    public void EverythingOnV2()
    {
        string[] expected =
        [
            "memory.swap.max = 100",
            "memory.max = 200",
            "memory.low = 100",
            "cpu.weight = 100",
            "cpu.max = 5000 10000",
            "cpu.max.burst = 1000",
            "cpuset.cpus = 0-1",
            "cpuset.mems = 0",
            "pids.max = 7",
            "io.bfq.weight = 500 or io.weight = default 4950",
            "io.bfq.weight = 8:0 100 or io.weight = 8:0 910",
            "io.max = 8:0 rbps=1000",
            "io.max = 8:16 rbps=max",
            "io.max = 8:0 wiops=20",
            "hugetlb.2MB.max = 4194304",
            "hugetlb.2MB.rsvd.max = 4194304",
            "rdma.max = mlx5_1 hca_handle=3 hca_object=10000",
        ];
        Assert.Equal(expected, V2(s_everything).Select(Text));
    }

    [Fact]
    public void NothingAskedIsNothingWritten()
    {
        Assert.Empty(V1(new()));
        Assert.Empty(V2(new()));
    }

    [Fact]
    public void ZeroMeansNotSetExceptForPids()
    {
        var resources = new OciResources
        {
            Memory = new() { Limit = 0, Reservation = 0, Swap = 0, Kernel = 0 },
            Cpu = new() { Shares = 0, Quota = 0, Period = 0, RealtimePeriod = 0, RealtimeRuntime = 0, Cpus = "", Mems = "" },
            BlockIO = new() { Weight = 0, LeafWeight = 0 },
            Network = new() { ClassID = 0 },
        };
        Assert.Empty(V1(resources));
        Assert.Empty(V2(resources));
    }

    [Theory]
    [InlineData(-1L, "max")]
    [InlineData(0L, "1")]
    [InlineData(7L, "7")]
    public void PidsLimit(long limit, string value)
    {
        Assert.Equal(value, Value(V1(new() { Pids = new() { Limit = limit } }), "pids.max"));
        Assert.Equal(value, Value(V2(new() { Pids = new() { Limit = limit } }), "pids.max"));
    }

    [Theory]
    [InlineData(200L, 300L, "100")]
    [InlineData(200L, 200L, "0")]
    [InlineData(200L, -1L, "max")]
    [InlineData(null, -1L, "max")]
    [InlineData(-1L, null, "max")]
    [InlineData(-1L, 300L, "300")]
    public void SwapOnV2IsSwapAlone(long? limit, long? swap, string value) =>
        Assert.Equal(value, Value(V2(new() { Memory = new() { Limit = limit, Swap = swap } }), "memory.swap.max"));

    [Theory]
    [InlineData(200L, 100L)]
    [InlineData(null, 100L)]
    public void SwapThatCantBeTranslatedIsRefused(long? limit, long swap) =>
        Assert.Equal("/linux/resources/memory/swap", Assert.Throws<OciException>(() => V2(new() { Memory = new() { Limit = limit, Swap = swap } })).SpecPointer);

    [Fact]
    public void SwapIsMissedOnlyWhenItIsLimited()
    {
        Assert.True(Assert.Single(V2(new() { Memory = new() { Swap = -1 } })).Optional);
        Assert.True(V2(new() { Memory = new() { Limit = 5, Swap = 5 } })[0].Optional);
        Assert.False(V2(new() { Memory = new() { Limit = 5, Swap = 6 } })[0].Optional);
    }

    [Fact]
    public void NoMemoryLimitTakesSwapWithItOnV1()
    {
        List<CgroupWrite> writes = V1(new() { Memory = new() { Limit = -1 } });
        Assert.Equal(["memory.memsw.limit_in_bytes = -1", "memory.limit_in_bytes = -1"], writes.Select(Text));
        Assert.True(writes[0].Optional);
    }

    [Theory]
    [InlineData(1UL, 1UL)]
    [InlineData(2UL, 1UL)]
    [InlineData(3UL, 2UL)]
    [InlineData(512UL, 59UL)]
    [InlineData(1024UL, 100UL)]
    [InlineData(2048UL, 174UL)]
    [InlineData(262144UL, 10000UL)]
    [InlineData(300000UL, 10000UL)]
    public void SharesBecomeWeights(ulong shares, ulong weight) => Assert.Equal(weight, ResourceValues.Weight(shares));

    [Fact]
    public void AnIdleCgroupGetsNoWeight() =>
        Assert.Equal("cpu.idle = 1", Text(Assert.Single(V2(new() { Cpu = new() { Shares = 512, Idle = 1 } }))));

    [Theory]
    [InlineData(5000L, null, "5000")]
    [InlineData(-1L, null, "max")]
    [InlineData(null, 10000UL, "max 10000")]
    [InlineData(-1L, 10000UL, "max 10000")]
    public void QuotaAndPeriodAreOneFileOnV2(long? quota, ulong? period, string value) =>
        Assert.Equal(value, Value(V2(new() { Cpu = new() { Quota = quota, Period = period } }), "cpu.max"));

    [Fact]
    public void UnifiedComesLastAndALineAtATime()
    {
        var resources = new OciResources { Memory = new() { Limit = 5 }, Unified = new() { ["memory.high"] = "4", ["io.max"] = "8:0 rbps=1\n8:16 rbps=2\n", ["cgroup.max.depth"] = "3" } };
        Assert.Equal(["memory.max = 5", "memory.high = 4", "io.max = 8:0 rbps=1", "io.max = 8:16 rbps=2", "cgroup.max.depth = 3"], V2(resources).Select(Text));
    }

    [Theory]
    [InlineData("../memory.max", "/linux/resources/unified/..~1memory.max")]
    [InlineData("a/memory.max", "/linux/resources/unified/a~1memory.max")]
    [InlineData("memory", "/linux/resources/unified/memory")]
    [InlineData(".", "/linux/resources/unified/.")]
    [InlineData("..", "/linux/resources/unified/..")]
    [InlineData("cgroup.procs", "/linux/resources/unified/cgroup.procs")]
    public void UnifiedKeysMustBeFiles(string key, string pointer) =>
        Assert.Equal(pointer, Assert.Throws<OciException>(() => V2(new() { Unified = new() { [key] = "1" } })).SpecPointer);

    [Fact]
    public void HugePageSizesStayInTheDirectory() =>
        Assert.Equal(OciErrorCode.InvalidSpec, Assert.Throws<OciException>(() => V1(new() { HugepageLimits = [new() { PageSize = "/../../x" }] })).Code);

    [Fact]
    public void WhatAVersionLacksIsAnError()
    {
        Assert.Equal("/linux/resources/unified/memory.max", NotSupported(() => V1(new() { Unified = new() { ["memory.max"] = "1" } })));
        Assert.Equal("/linux/resources/memory/swappiness", NotSupported(() => V2(new() { Memory = new() { Swappiness = 1 } })));
        Assert.Equal("/linux/resources/memory/disableOOMKiller", NotSupported(() => V2(new() { Memory = new() { DisableOOMKiller = true } })));
        Assert.Equal("/linux/resources/cpu/realtimeRuntime", NotSupported(() => V2(new() { Cpu = new() { RealtimeRuntime = 1 } })));
        Assert.Equal("/linux/resources/network", NotSupported(() => V2(new() { Network = new() { ClassID = 1 } })));
        Assert.Equal("/linux/resources/blockIO/leafWeight", NotSupported(() => V2(new() { BlockIO = new() { LeafWeight = 10 } })));
    }

    [Fact]
    public void LeafWeightsOfDevicesAreV1s()
    {
        var resources = new OciResources { BlockIO = new() { WeightDevice = [new() { Major = 8, Minor = 16, LeafWeight = 300 }] } };
        Assert.Equal("blkio.leaf_weight_device = 8:16 300 or blkio.bfq.leaf_weight_device = 8:16 300", Text(Assert.Single(V1(resources))));
        Assert.Equal("/linux/resources/blockIO/weightDevice/0/leafWeight", NotSupported(() => V2(resources)));
    }

    [Fact]
    public void EveryWriteNamesItsProperty() =>
        Assert.All(V1(s_everything).Concat(V2(s_everything)), write => Assert.StartsWith("/linux/resources/", write.SpecPointer, StringComparison.Ordinal));

    [Fact]
    public void EachPropertyGoesWhereItsControllerIs()
    {
        OciResources resources = s_everything with { Unified = new() { ["cgroup.max.depth"] = "3" } };
        (List<CgroupWrite> v1, List<CgroupWrite> unified) = ResourceWrites.Of(resources, static controller => controller is "cgroup" or "hugetlb" or "rdma" or "cpuset" or "io");
        Assert.Equal(V1(s_everything).Where(static write => write.Controller is "memory" or "cpu" or "pids").Select(Text), v1.Select(Text));
        Assert.Equal(V2(resources).Where(static write => write.Controller is "cpuset" or "io" or "hugetlb" or "rdma" or "").Select(Text), unified.Select(Text));
    }

    [Theory]
    [InlineData("memory.max", true)]
    [InlineData("memory.max", false)]
    [InlineData("cgroup.max.depth", false)]
    public void FilesOfV1ControllersAreNoUnifiedOnes(string file, bool hasUnified) =>
        Assert.Equal("/linux/resources/unified/" + file, NotSupported(() => ResourceWrites.Of(new() { Unified = new() { [file] = "5" } }, controller => hasUnified && controller == "cgroup")));

    [Fact]
    public void WhatV2LacksIsRefusedOnlyThere()
    {
        var swappiness = new OciResources { Memory = new() { Swappiness = 5 } };
        Assert.Single(V1(swappiness));
        Assert.Equal("/linux/resources/memory/swappiness", NotSupported(() => ResourceWrites.Of(swappiness, static controller => controller == "memory")));
    }

    private static List<CgroupWrite> V1(OciResources resources) => ResourceWrites.Of(resources, static _ => false).Legacy;

    private static List<CgroupWrite> V2(OciResources resources) => ResourceWrites.Of(resources, static _ => true).Unified;

    private static string? NotSupported(Action action)
    {
        OciException error = Assert.Throws<OciException>(action);
        Assert.Equal(OciErrorCode.NotSupported, error.Code);
        return error.SpecPointer;
    }

    private static string Value(List<CgroupWrite> writes, string file) => Assert.Single(writes, write => write.File == file).Value;

    private static string Text(CgroupWrite write) => $"{write.File} = {write.Value}" + (write.Otherwise is { } other ? " or " + Text(other) : "");
}
