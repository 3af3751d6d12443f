using OciRuntime.Core.Cgroups.Statistics;

namespace OciRuntime.Core.Observe;

/// <summary>What a container uses at one moment, and its CPU share since the previous sample. A value is null where the kernel does not account for it.</summary>
public sealed class OciContainerStatistic
{
    /// <summary>Container id.</summary>
    public required string Id { get; init; }

    /// <summary>When it was read, local time.</summary>
    public DateTime Time { get; init; }

    /// <summary>Processor time used, in percent of one processor: since the previous object of the same stream, or for the first one since the container was created.</summary>
    public double? CpuPercent { get; init; }

    /// <summary>Processor time used since the container was created.</summary>
    public TimeSpan? CpuTime { get; init; }

    /// <summary>How long its processes waited because its quota was used up.</summary>
    public TimeSpan? CpuThrottledTime { get; init; }

    /// <summary>Memory in use, bytes, page cache included.</summary>
    public ulong? MemoryUsage { get; init; }

    /// <summary>Memory in use that could not be reclaimed immediately, bytes: without inactive page cache.</summary>
    public ulong? MemoryWorkingSet { get; init; }

    /// <summary>Memory limit, bytes; null also when there is no limit.</summary>
    public ulong? MemoryLimit { get; init; }

    /// <summary>The working set in percent of the limit; null without a limit.</summary>
    public double? MemoryPercent { get; init; }

    /// <summary>Processes that the kernel killed for lack of memory.</summary>
    public ulong? OomKills { get; init; }

    /// <summary>Percent of the last 10 seconds in which a process waited for a processor.</summary>
    public double? CpuPressure { get; init; }

    /// <summary>The same for memory.</summary>
    public double? MemoryPressure { get; init; }

    /// <summary>The same for block devices.</summary>
    public double? IoPressure { get; init; }

    /// <summary>Processes and threads.</summary>
    public ulong? Pids { get; init; }

    /// <summary>Limit of processes and threads; null also when there is no limit.</summary>
    public ulong? PidsLimit { get; init; }

    /// <summary>Bytes read from block devices.</summary>
    public ulong? IoRead { get; init; }

    /// <summary>Bytes written to block devices.</summary>
    public ulong? IoWrite { get; init; }

    /// <summary>Bytes received by its network interfaces except the loopback; null when it shares the runtime's network.</summary>
    public ulong? NetworkReceived { get; init; }

    /// <summary>Bytes sent by them.</summary>
    public ulong? NetworkSent { get; init; }

    /// <summary>Everything that was read.</summary>
    public required ContainerStatistics Detail { get; init; }

    /// <summary>The state root that the container lives in.</summary>
    public required string Root { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Id;

    internal static OciContainerStatistic Of(string root, ContainerStatistics now, ContainerStatistics? before)
    {
        CgroupStatistics cgroup = now.Cgroup;
        ulong? limit = cgroup.Memory?.Usage.ActualLimit;
        return new()
        {
            Id = now.Id,
            Root = root,
            Time = now.Time,
            Detail = now,
            CpuPercent = Share(now, before),
            CpuTime = Span(cgroup.Cpu?.Total),
            CpuThrottledTime = Span(cgroup.Cpu?.ThrottledTime),
            MemoryUsage = cgroup.Memory?.Usage.Usage,
            MemoryWorkingSet = cgroup.Memory?.WorkingSet,
            MemoryLimit = limit,
            MemoryPercent = cgroup.Memory is { } memory && limit is { } most ? Math.Round(100.0 * memory.WorkingSet / most, 2) : null,
            OomKills = cgroup.Memory?.OomKills,
            CpuPressure = cgroup.Cpu?.Pressure?.Some.Average10,
            MemoryPressure = cgroup.Memory?.Pressure?.Some.Average10,
            IoPressure = cgroup.Io?.Pressure?.Some.Average10,
            Pids = cgroup.Pids?.Current,
            PidsLimit = cgroup.Pids?.Limit,
            IoRead = cgroup.Io?.Bytes("Read"),
            IoWrite = cgroup.Io?.Bytes("Write"),
            NetworkReceived = now.Network is { } received ? Sum(received, static one => one.ReceivedBytes) : null,
            NetworkSent = now.Network is { } sent ? Sum(sent, static one => one.SentBytes) : null,
        };
    }

    private static double? Share(ContainerStatistics now, ContainerStatistics? before)
    {
        if (now.Cgroup.Cpu is not { } cpu)
            return null;
        double nanoseconds = (now.Time - (before?.Time ?? now.Created)).TotalNanoseconds;
        ulong earlier = before?.Cgroup.Cpu?.Total ?? 0;
        return nanoseconds > 0 && cpu.Total >= earlier ? Math.Round(100.0 * (cpu.Total - earlier) / nanoseconds, 2) : 0;
    }

    private static TimeSpan? Span(ulong? nanoseconds) => nanoseconds is { } value ? TimeSpan.FromTicks((long)(value / TimeSpan.NanosecondsPerTick)) : null;

    private static ulong Sum(IReadOnlyList<NetworkStatistics> interfaces, Func<NetworkStatistics, ulong> value)
    {
        ulong sum = 0;
        foreach (NetworkStatistics one in interfaces)
            sum += value(one);
        return sum;
    }
}
