using System.Globalization;
using OciRuntime.Core.Files;

namespace OciRuntime.Core.Cgroups.Statistics;

/// <summary>Processor time since the cgroup was made, in nanoseconds. On v2 the kernel counts microseconds, and not by processor.</summary>
public sealed record CpuStatistics
{
    // USER_HZ, the unit of cpuacct.stat: 100 on every architecture that .NET runs on (asm-generic/param.h).
    private const ulong NanosecondsOfTick = 1_000_000_000 / 100;

    /// <summary>Total time.</summary>
    public ulong Total { get; init; }

    /// <summary>Time in user mode.</summary>
    public ulong User { get; init; }

    /// <summary>Time in the kernel.</summary>
    public ulong Kernel { get; init; }

    /// <summary>Total time by processor.</summary>
    public IReadOnlyList<ulong> PerCpu { get; init; } = [];

    /// <summary>Time in user mode by processor.</summary>
    public IReadOnlyList<ulong> PerCpuUser { get; init; } = [];

    /// <summary>Time in the kernel by processor.</summary>
    public IReadOnlyList<ulong> PerCpuKernel { get; init; } = [];

    /// <summary>Quota periods in which a process ran.</summary>
    public ulong Periods { get; init; }

    /// <summary>Quota periods in which the quota was used up.</summary>
    public ulong ThrottledPeriods { get; init; }

    /// <summary>How long processes waited for the next quota period.</summary>
    public ulong ThrottledTime { get; init; }

    /// <summary>How long processes waited for a processor; null without PSI.</summary>
    public PressureStall? Pressure { get; init; }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Total} ns");

    internal static CpuStatistics? ReadV2(string directory) => StatisticFile.Values(directory + "/cpu.stat") is { } values
        ? new()
        {
            Total = values.GetValueOrDefault("usage_usec") * 1000,
            User = values.GetValueOrDefault("user_usec") * 1000,
            Kernel = values.GetValueOrDefault("system_usec") * 1000,
            Periods = values.GetValueOrDefault("nr_periods"),
            ThrottledPeriods = values.GetValueOrDefault("nr_throttled"),
            ThrottledTime = values.GetValueOrDefault("throttled_usec") * 1000,
            Pressure = PressureStall.Read(directory + "/cpu.pressure"),
        }
        : null;

    internal static CpuStatistics? ReadV1(string? accounting, string? bandwidth, string? unified)
    {
        Dictionary<string, ulong> periods = (bandwidth is null ? null : StatisticFile.Values(bandwidth + "/cpu.stat")) ?? [];
        var statistics = new CpuStatistics
        {
            Periods = periods.GetValueOrDefault("nr_periods"),
            ThrottledPeriods = periods.GetValueOrDefault("nr_throttled"),
            ThrottledTime = periods.GetValueOrDefault("throttled_time"),
            Pressure = unified is null ? null : PressureStall.Read(unified + "/cpu.pressure"),
        };
        if (accounting is null || StatisticFile.Number(accounting + "/cpuacct.usage") is not { } total)
            return statistics;
        Dictionary<string, ulong> modes = StatisticFile.Values(accounting + "/cpuacct.stat") ?? [];
        // A header line, then lines "cpu user system".
        List<List<ulong>> rows = [.. (TextFile.TryRead(accounting + "/cpuacct.usage_all") ?? string.Empty).Split('\n').Skip(1).Select(StatisticFile.Row).Where(static row => row.Count >= 3)];
        return statistics with
        {
            Total = total,
            User = modes.GetValueOrDefault("user") * NanosecondsOfTick,
            Kernel = modes.GetValueOrDefault("system") * NanosecondsOfTick,
            PerCpu = StatisticFile.Row(TextFile.TryRead(accounting + "/cpuacct.usage_percpu")),
            PerCpuUser = [.. rows.Select(static row => row[1])],
            PerCpuKernel = [.. rows.Select(static row => row[2])],
        };
    }
}
