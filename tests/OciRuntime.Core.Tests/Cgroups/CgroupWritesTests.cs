using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;
using Xunit;

namespace OciRuntime.Core.Tests.Cgroups;

public sealed class CgroupWritesTests
{
    [Fact]
    public void SwapOnV2IsSwapAlone() =>
        Assert.Equal("100", Value(CgroupWrites.ForV2(new() { Memory = new() { Limit = 200, Swap = 300 } }), "memory.swap.max"));

    [Fact]
    public void SwapBelowTheLimitIsRefused() =>
        Assert.Equal("/linux/resources/memory/swap", Assert.Throws<OciException>(() => CgroupWrites.ForV2(new() { Memory = new() { Limit = 200, Swap = 100 } })).SpecPointer);

    [Theory]
    [InlineData(0UL, 1UL)]
    [InlineData(2UL, 1UL)]
    [InlineData(1024UL, 100UL)]
    [InlineData(262144UL, 10000UL)]
    [InlineData(300000UL, 10000UL)]
    public void SharesBecomeWeights(ulong shares, ulong weight) => Assert.Equal(weight, CgroupWrites.Weight(shares));

    [Theory]
    [InlineData(-1L, "max")]
    [InlineData(0L, "0")]
    [InlineData(7L, "7")]
    public void PidsLimit(long limit, string value)
    {
        Assert.Equal(value, Value(CgroupWrites.ForV1(new() { Pids = new() { Limit = limit } }), "pids.max"));
        Assert.Equal(value, Value(CgroupWrites.ForV2(new() { Pids = new() { Limit = limit } }), "pids.max"));
    }

    [Fact]
    public void UnifiedKeysMustBeFiles() =>
        Assert.Equal("/linux/resources/unified/..~1memory.max", Assert.Throws<OciException>(() => CgroupWrites.ForV2(new() { Unified = new() { ["../memory.max"] = "1" } })).SpecPointer);

    [Fact]
    public void UnifiedOnV1SaysSo() =>
        Assert.Equal(OciErrorCode.NotSupported, Assert.Throws<OciException>(() => CgroupWrites.ForV1(new() { Unified = new() { ["memory.max"] = "1" } })).Code);

    [Fact]
    public void EveryWriteNamesItsProperty()
    {
        var resources = new OciResources
        {
            Memory = new() { Limit = 1, Reservation = 1, Swap = 2 },
            Cpu = new() { Shares = 2, Quota = 1, Period = 1, Burst = 1, Idle = 0, Cpus = "0", Mems = "0" },
            Pids = new() { Limit = 1 },
            HugepageLimits = [new() { PageSize = "2MB", Limit = 1 }],
        };
        Assert.All(CgroupWrites.ForV1(resources).Concat(CgroupWrites.ForV2(resources)), write => Assert.StartsWith("/linux/resources/", write.SpecPointer, StringComparison.Ordinal));
    }

    private static string Value(List<CgroupWrite> writes, string file) => Assert.Single(writes, write => write.File == file).Value;
}
