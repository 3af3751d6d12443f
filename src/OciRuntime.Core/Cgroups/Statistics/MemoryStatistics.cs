using System.Globalization;
namespace OciRuntime.Core.Cgroups.Statistics;

/// <summary>Memory of a cgroup and all below it, in bytes.</summary>
public sealed record MemoryStatistics
{
    /// <summary>Memory in use, including page cache.</summary>
    public MemoryCounter Usage { get; init; }

    /// <summary>Memory and swap together, as v1 counts them.</summary>
    public MemoryCounter Swap { get; init; }

    /// <summary>Kernel memory; v1 only.</summary>
    public MemoryCounter Kernel { get; init; }

    /// <summary>Memory of TCP buffers; v1 only.</summary>
    public MemoryCounter KernelTcp { get; init; }

    /// <summary>Page cache.</summary>
    public ulong Cache { get; init; }

    /// <summary>Usage without inactive page cache, which could be dropped immediately.</summary>
    public ulong WorkingSet { get; init; }

    /// <summary>Processes that the kernel killed for lack of memory.</summary>
    public ulong OomKills { get; init; }

    /// <summary>The values of memory.stat.</summary>
    public IReadOnlyDictionary<string, ulong> Raw { get; init; } = new Dictionary<string, ulong>();

    /// <summary>How long processes waited for memory; null without PSI.</summary>
    public PressureStall? Pressure { get; init; }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Usage.Usage} bytes");

    internal static MemoryStatistics? ReadV2(string directory)
    {
        if (StatisticFile.Number(directory + "/memory.current") is not { } current)
            return null;
        Dictionary<string, ulong> raw = StatisticFile.Values(directory + "/memory.stat") ?? [];
        var usage = new MemoryCounter(current, StatisticFile.Number(directory + "/memory.peak") ?? 0, StatisticFile.Number(directory + "/memory.max") ?? 0, 0);
        // Without swap accounting there is no value to add.
        MemoryCounter swap = default;
        if (StatisticFile.Number(directory + "/memory.swap.current") is { } swapped)
        {
            ulong limit = StatisticFile.Number(directory + "/memory.swap.max") ?? 0;
            swap = new(swapped + current, 0, limit == StatisticFile.Max || usage.Limit == StatisticFile.Max ? StatisticFile.Max : limit + usage.Limit, 0);
        }
        else
        {
            swap = usage with { Peak = 0 };
        }
        return new()
        {
            Usage = usage,
            Swap = swap,
            Cache = raw.GetValueOrDefault("file"),
            WorkingSet = Without(current, raw.GetValueOrDefault("inactive_file")),
            OomKills = StatisticFile.Value(directory + "/memory.events", "oom_kill") ?? 0,
            Raw = raw,
            Pressure = PressureStall.Read(directory + "/memory.pressure"),
        };
    }

    internal static MemoryStatistics? ReadV1(string directory, string? unified)
    {
        if (StatisticFile.Values(directory + "/memory.stat") is not { } raw)
            return null;
        MemoryCounter usage = CounterV1(directory + "/memory.");
        return new()
        {
            Usage = usage,
            Swap = CounterV1(directory + "/memory.memsw."),
            Kernel = CounterV1(directory + "/memory.kmem."),
            KernelTcp = CounterV1(directory + "/memory.kmem.tcp."),
            Cache = raw.GetValueOrDefault("cache"),
            WorkingSet = Without(usage.Usage, raw.GetValueOrDefault("total_inactive_file")),
            OomKills = StatisticFile.Value(directory + "/memory.oom_control", "oom_kill") ?? 0,
            Raw = raw,
            Pressure = unified is null ? null : PressureStall.Read(unified + "/memory.pressure"),
        };
    }

    private static MemoryCounter CounterV1(string prefix) => StatisticFile.Number(prefix + "usage_in_bytes") is { } usage
        ? new(usage, StatisticFile.Number(prefix + "max_usage_in_bytes") ?? 0, StatisticFile.Number(prefix + "limit_in_bytes") ?? 0, StatisticFile.Number(prefix + "failcnt") ?? 0)
        : default;

    private static ulong Without(ulong usage, ulong inactive) => usage > inactive ? usage - inactive : 0;
}

/// <summary>One kind of memory, in bytes.</summary>
/// <param name="Usage">Present use.</param>
/// <param name="Peak">Highest use ever; 0 if the kernel does not record it.</param>
/// <param name="Limit">The limit as the kernel shows it: without a limit, a number larger than any memory.</param>
/// <param name="Failures">How often the limit was hit; v1 only.</param>
public readonly record struct MemoryCounter(ulong Usage, ulong Peak, ulong Limit, ulong Failures)
{
    // Without a limit v1 shows the largest multiple of the page size, which is at most 64 KiB.
    private const ulong NoLimit = long.MaxValue & ~0xFFFFUL;

    /// <summary>The limit; null when there is none.</summary>
    public ulong? ActualLimit => Limit is 0 or >= NoLimit ? null : Limit;
}
