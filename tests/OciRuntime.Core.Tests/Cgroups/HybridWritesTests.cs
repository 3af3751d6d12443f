using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Cgroups;

public sealed class HybridWritesTests
{
    private static readonly OciResources s_resources = new()
    {
        Memory = new() { Limit = 200 },
        Cpu = new() { Shares = 1024, Cpus = "0" },
        Pids = new() { Limit = 7 },
        BlockIO = new() { ThrottleReadBpsDevice = [new() { Major = 8, Minor = 0, Rate = 1000 }] },
        HugepageLimits = [new() { PageSize = "2MB", Limit = 4194304 }],
        Rdma = new() { ["mlx5_1"] = new() { HcaHandles = 3 } },
        Unified = new() { ["cgroup.max.depth"] = "3" },
    };

    [Fact]
    public void EachPropertyGoesWhereItsControllerIs()
    {
        (List<CgroupWrite> v1, List<CgroupWrite> unified) = HybridWrites.Of(s_resources, controller => controller is "cgroup" or "hugetlb" or "rdma" or "cpuset" or "io");
        Assert.Equal(["memory.limit_in_bytes", "cpu.shares", "pids.max"], v1.Select(write => write.File));
        Assert.Equal(["cpuset.cpus", "io.max", "hugetlb.2MB.max", "hugetlb.2MB.rsvd.max", "rdma.max", "cgroup.max.depth"], unified.Select(write => write.File));
    }

    [Theory]
    [InlineData("memory.max", true)]
    [InlineData("memory.max", false)]
    [InlineData("cgroup.max.depth", false)]
    public void FilesOfV1ControllersAreNoUnifiedOnes(string file, bool hasUnified) =>
        Assert.Equal("/linux/resources/unified/" + file, Assert.Throws<OciException>(() => HybridWrites.Of(new() { Unified = new() { [file] = "5" } }, controller => hasUnified && controller == "cgroup")).SpecPointer);

    [Fact]
    public void WhatV2LacksIsRefusedOnlyThere()
    {
        var swappiness = new OciResources { Memory = new() { Swappiness = 5 } };
        Assert.Single(HybridWrites.Of(swappiness, static _ => false).V1);
        Assert.Throws<OciException>(() => HybridWrites.Of(swappiness, static controller => controller == "memory"));
    }
}
