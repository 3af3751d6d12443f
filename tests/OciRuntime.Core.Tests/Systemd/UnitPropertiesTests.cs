using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Systemd;
using Xunit;

namespace OciRuntime.Core.Tests.Systemd;

public sealed class UnitPropertiesTests
{
    private const ulong Infinity = ulong.MaxValue;

    private static readonly OciResources s_everything = new()
    {
        Memory = new() { Limit = 200, Reservation = 100, Swap = 300 },
        Cpu = new() { Shares = 1024, Quota = 5000, Period = 10000, Burst = 1000, Cpus = "0-1,9", Mems = "0" },
        Pids = new() { Limit = 7 },
        BlockIO = new()
        {
            Weight = 10,
            WeightDevice = [new() { Major = 8, Minor = 0, Weight = 100 }],
            ThrottleReadBpsDevice = [new() { Major = 8, Minor = 0, Rate = 1000 }],
            ThrottleWriteIOPSDevice = [new() { Major = 8, Minor = 16, Rate = 20 }],
        },
    };

    [Fact]
    public void EveryResourceOnV2()
    {
        string[] expected =
        [
            "MemorySwapMax 100", "MemoryMax 200", "MemoryLow 100", "CPUWeight 100", "CPUQuotaPeriodUSec 10000", "CPUQuotaPerSecUSec 500000",
            "AllowedCPUs [3, 2]", "AllowedMemoryNodes [1]", "TasksMax 7", "IOWeight 1", "IODeviceWeight [[/dev/block/8:0, 910]]",
            "IOReadBandwidthMax [[/dev/block/8:0, 1000]]", "IOWriteIOPSMax [[/dev/block/8:16, 20]]",
        ];
        Assert.Equal(expected, V2(s_everything));
    }

    [Fact]
    public void EveryResourceOnV1()
    {
        string[] expected =
        [
            "MemoryLimit 200", "CPUShares 1024", "AllowedCPUs [3, 2]", "AllowedMemoryNodes [1]", "TasksMax 7", "BlockIOWeight 10",
            "BlockIODeviceWeight [[/dev/block/8:0, 100]]", "BlockIOReadBandwidth [[/dev/block/8:0, 1000]]", "CPUQuotaPeriodUSec 10000", "CPUQuotaPerSecUSec 500000",
        ];
        Assert.Equal(expected, UnitProperties.OfV1(s_everything, static _ => false, 252).Select(Text));
    }

    [Fact]
    public void WhatIsBoundToTheUnifiedHierarchyHasNoPropertyOnV1() => Assert.Equal(
        ["MemoryLimit 200", "TasksMax 7"],
        UnitProperties.OfV1(s_everything, static controller => controller is "cpu" or "cpuset" or "io", 252).Select(Text));

    [Fact]
    public void OlderVersionsGetWhatTheyKnow()
    {
        IEnumerable<string> names = UnitProperties.OfV2(s_everything, 240).Select(property => property.Name);
        Assert.DoesNotContain("AllowedCPUs", names);
        Assert.DoesNotContain("CPUQuotaPeriodUSec", names);
        Assert.Contains("CPUQuotaPerSecUSec", names);
    }

    [Theory]
    [InlineData(-1L, 10000UL, Infinity)]
    [InlineData(1L, 100000UL, 10000UL)]
    [InlineData(12345L, 100000UL, 130000UL)]
    [InlineData(400000L, 100000UL, 4000000UL)]
    public void QuotasAreWholePercents(long quota, ulong period, ulong value) =>
        Assert.Equal(value, UnitProperties.OfV2(new() { Cpu = new() { Quota = quota, Period = period } }, 252).Single(one => one.Name == "CPUQuotaPerSecUSec").Value.Value);

    [Fact]
    public void IdleIsAWeightOfZeroWhereThatIsKnown()
    {
        var idle = new OciResources { Cpu = new() { Idle = 1 }, Unified = new() { ["cpu.weight"] = "50" } };
        Assert.Equal(["CPUWeight 0"], V2(idle));
        Assert.Equal(["CPUWeight 50"], UnitProperties.OfV2(idle, 251).Select(Text));
    }

    [Fact]
    public void UnifiedFilesAreProperties() => Assert.Equal(
        [$"MemoryHigh {16 << 20}", $"MemoryMin {Infinity}", $"TasksMax {Infinity}", "IOWeight 33", $"IOReadBandwidthMax [[/dev/block/8:0, {Infinity}]]", "IOWriteIOPSMax [[/dev/block/8:0, 5]]"],
        V2(new()
        {
            Unified = new()
            {
                ["memory.high"] = "16M",
                ["memory.min"] = "max",
                ["pids.max"] = "max",
                ["io.weight"] = "default 33",
                ["io.max"] = "8:0 rbps=max wiops=5",
                ["cpuset.cpus"] = "all", // only the kernel knows how many
                ["cgroup.max.depth"] = "3",
                ["memory.low"] = "nonsense",
            },
        }));

    [Fact]
    public void DevicesAreAllowedOneByOne()
    {
        List<DeviceRule> rules = DeviceRule.Effective([new() { Allow = false, Access = "rwm" }, new() { Allow = true, Type = "c", Major = 10, Access = "rw" }, new() { Allow = true, Type = "b", Major = 8, Minor = 0, Access = "r" }]);
        string[] properties = [.. DeviceProperties.Of(rules, unified: true).Select(Text)];
        Assert.Equal(["DevicePolicy strict", "DeviceAllow []"], properties[..2]);
        string allow = properties[2];
        foreach (string entry in new[] { "[char-10, rw]", "[/dev/block/8:0, r]", "[char-*, m]", "[block-*, m]", "[/dev/char/1:3, rwm]", "[char-136, rwm]" })
            Assert.Contains(entry, allow, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatSystemdCantForbidItAllows()
    {
        OciDeviceRule[] rules = [new() { Allow = true, Access = "rwm" }, new() { Allow = false, Type = "c", Major = 10, Minor = 1 }];
        Assert.Equal(["DevicePolicy auto", "DeviceAllow []"], DeviceProperties.Of(DeviceRule.Effective([.. rules]), unified: true).Select(Text));
        OciDeviceRule[] part = [new() { Allow = false, Access = "rwm" }, new() { Allow = true, Type = "c", Major = 10 }, new() { Allow = false, Type = "c", Major = 10, Minor = 1 }];
        Assert.Contains("[char-10, rwm]", DeviceProperties.Of(DeviceRule.Effective([.. part]), unified: true).Select(Text).Last(), StringComparison.Ordinal);
        OciDeviceRule[] minors = [new() { Allow = false, Access = "rwm" }, new() { Allow = true, Type = "b", Minor = 5, Access = "r" }];
        Assert.Contains("[block-*, rm]", DeviceProperties.Of(DeviceRule.Effective([.. minors]), unified: true).Select(Text).Last(), StringComparison.Ordinal);
        Assert.Contains("[block-*, m]", DeviceProperties.Of(DeviceRule.Effective([.. minors]), unified: false).Select(Text).Last(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", "[1]")]
    [InlineData("8", "[0, 1]")]
    [InlineData("0-15", "[255, 255]")]
    [InlineData(" 1, 3-4 ", "[26]")]
    [InlineData("", null)]
    [InlineData("N", null)]
    [InlineData("all", null)]
    [InlineData("0-7:2/4", null)]
    [InlineData("4-3", null)]
    [InlineData("100000", null)]
    public void CpusAreBits(string list, string? bytes) =>
        Assert.Equal(bytes is null ? null : "AllowedCPUs " + bytes, V2(new() { Cpu = new() { Cpus = list } }).SingleOrDefault());

    private static IEnumerable<string> V2(OciResources resources) => UnitProperties.OfV2(resources, 252).Select(Text);

    private static string Text(UnitProperty property) => $"{property.Name} {VariantTextTests.Text(property.Value.Value)}";
}
