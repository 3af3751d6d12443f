using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Cgroups;

/// <summary>What an update leaves of the limits that a container had.</summary>
public sealed class ResourceUpdateTests
{
    [Fact]
    public void WhatIsNotNamedStays()
    {
        OciResources former = new()
        {
            Devices = [new() { Allow = false, Access = "rwm" }],
            Memory = new() { Limit = 100, Reservation = 50, Swappiness = 7, DisableOOMKiller = true },
            Cpu = new() { Shares = 512, Quota = 1000, Period = 2000, Burst = 5, Cpus = "0", Mems = "0", Idle = 1 },
            Pids = new() { Limit = 3 },
            BlockIO = new() { Weight = 100 },
            HugepageLimits = [new() { PageSize = "2MB", Limit = 1 }],
            Network = new() { ClassID = 4, Priorities = [new() { Name = "lo", Priority = 1 }] },
            Rdma = new() { ["mlx5_1"] = new() { HcaHandles = 1, HcaObjects = 2 } },
            Unified = new() { ["memory.high"] = "1" },
        };
        string before = Text(former);
        Assert.Equal(before, Text(ResourceUpdate.Merge(former, new(), [])));
        Assert.Equal(before, Text(ResourceUpdate.Merge(former, new() { Memory = new() { Limit = 0 }, Cpu = new() { Quota = 0, Cpus = "" }, Pids = new(), BlockIO = new() { Weight = 0 }, Network = new() { ClassID = 0 } }, [])));
        Assert.Equal(before, Text(ResourceUpdate.Merge(null, former, [])));
    }

    [Fact]
    public void WhatIsNamedChanges()
    {
        OciResources merged = ResourceUpdate.Merge(
            new() { Memory = new() { Limit = 100, Swap = 200, Reservation = 50 }, Cpu = new() { Quota = 1000, Period = 2000, Idle = 1 }, Pids = new() { Limit = 3 } },
            new() { Memory = new() { Limit = -1 }, Cpu = new() { Quota = -1, Idle = 0 }, Pids = new() { Limit = 0 } },
            []);
        Assert.Equal((-1, -1, 50), (merged.Memory!.Limit, merged.Memory.Swap, merged.Memory.Reservation));
        Assert.Equal((-1, 2000ul, 0), (merged.Cpu!.Quota, merged.Cpu.Period, merged.Cpu.Idle));
        Assert.Equal(0, merged.Pids!.Limit);
    }

    [Fact]
    public void EntriesAreToldApartByWhatTheyAreAbout()
    {
        OciResources merged = ResourceUpdate.Merge(
            new()
            {
                BlockIO = new() { ThrottleReadBpsDevice = [new() { Major = 8, Minor = 0, Rate = 1 }, new() { Major = 8, Minor = 0, Rate = 1 }, new() { Major = 8, Minor = 16, Rate = 2 }], WeightDevice = [new() { Major = 8, Minor = 0, Weight = 10, LeafWeight = 11 }] },
                HugepageLimits = [new() { PageSize = "2MB", Limit = 1 }, new() { PageSize = "1GB", Limit = 2 }],
                Rdma = new() { ["a"] = new() { HcaHandles = 1, HcaObjects = 2 }, ["b"] = new() { HcaHandles = 3 } },
            },
            new()
            {
                BlockIO = new() { ThrottleReadBpsDevice = [new() { Major = 8, Minor = 0, Rate = 9 }], WeightDevice = [new() { Major = 8, Minor = 0, Weight = 20 }] },
                HugepageLimits = [new() { PageSize = "2MB", Limit = 7 }],
                Rdma = new() { ["a"] = new() { HcaObjects = 8 } },
            },
            []);
        Assert.Equal([(16L, 2ul), (0L, 9ul)], merged.BlockIO!.ThrottleReadBpsDevice!.Select(device => (device.Minor, device.Rate)));
        OciWeightDevice weight = Assert.Single(merged.BlockIO.WeightDevice!);
        Assert.Equal<(ushort?, ushort?)>((20, 11), (weight.Weight, weight.LeafWeight));
        Assert.Equal([("1GB", 2ul), ("2MB", 7ul)], merged.HugepageLimits!.Select(limit => (limit.PageSize, limit.Limit)));
        Assert.Equal<(uint?, uint?)>((1, 8), (merged.Rdma!["a"].HcaHandles, merged.Rdma["a"].HcaObjects));
        Assert.Equal(3u, merged.Rdma["b"].HcaHandles);
    }

    [Fact]
    public void APropertyWinsOverTheFileThatWasSetByNameBefore()
    {
        OciResources update = new() { Memory = new() { Limit = 100 } };
        OciResources merged = ResourceUpdate.Merge(new() { Unified = new() { ["memory.max"] = "7", ["memory.high"] = "5" } }, update, ResourceWrites.Of(update, static _ => true).Unified);
        Assert.Equal(["memory.high"], merged.Unified!.Keys);
    }

    [Fact]
    public void RulesForDevicesThatAreInForceAreNotWrittenAgain()
    {
        OciResources former = new() { Devices = [new() { Allow = false, Access = "rwm" }, new() { Allow = true, Type = "c", Major = 1, Minor = 11 }] };
        Assert.Null(ResourceUpdate.Complete(new() { Devices = [new() { Allow = false, Type = "a", Access = "rwm" }, new() { Allow = true, Type = "c", Major = 1, Minor = 11 }] }, former).Devices);
        Assert.NotNull(ResourceUpdate.Complete(new() { Devices = [new() { Allow = false, Access = "rwm" }] }, former).Devices);
    }

    [Fact]
    public void WhatHangsOnAChangeIsWrittenToo()
    {
        OciResources former = new() { Memory = new() { Limit = 100, Swap = 200 }, Cpu = new() { Shares = 512, Idle = 1 } };
        OciResources update = new() { Memory = new() { Limit = 50 }, Cpu = new() { Idle = 0 } };
        OciResources complete = ResourceUpdate.Complete(update, former);
        Assert.Equal((50, 200), (complete.Memory!.Limit, complete.Memory.Swap));
        Assert.Equal(512ul, complete.Cpu!.Shares);
        Assert.Null(update.Memory.Swap); // the caller's object
    }

    private static string Text(OciResources resources) => System.Text.Encoding.UTF8.GetString(SpecWriter.WriteResources(resources));
}
