using System.Globalization;
using OciRuntime.Core.Files;
using OciRuntime.Core.Spec.Validation;

namespace OciRuntime.Core.Cgroups.Statistics;

/// <summary>The v1 cpuset of a container (cgroup-v1/cpusets.rst). Flags are 0 or 1.</summary>
public sealed record CpusetStatistics
{
    /// <summary>Processors.</summary>
    public IReadOnlyList<ushort> Cpus { get; init; } = [];

    /// <summary>Memory nodes.</summary>
    public IReadOnlyList<ushort> Mems { get; init; } = [];

    /// <summary>No sibling cpuset has these processors.</summary>
    public ulong CpuExclusive { get; init; }

    /// <summary>No sibling cpuset has these nodes.</summary>
    public ulong MemExclusive { get; init; }

    /// <summary>Kernel allocations come from these nodes too.</summary>
    public ulong MemHardwall { get; init; }

    /// <summary>Pages migrate when the nodes change.</summary>
    public ulong MemoryMigrate { get; init; }

    /// <summary>The page cache is spread over the nodes.</summary>
    public ulong MemorySpreadPage { get; init; }

    /// <summary>Slabs are spread over the nodes.</summary>
    public ulong MemorySpreadSlab { get; init; }

    /// <summary>Direct reclaims of memory per second, times 1000.</summary>
    public ulong MemoryPressure { get; init; }

    /// <summary>The scheduler balances over these processors.</summary>
    public ulong SchedLoadBalance { get; init; }

    /// <summary>How far the scheduler searches for an idle processor; -1 is the system's default.</summary>
    public long SchedRelaxDomainLevel { get; init; }

    /// <inheritdoc/>
    public override string ToString() => string.Join(',', Cpus);

    internal static CpusetStatistics ReadV1(string directory)
    {
        // With the mount option noprefix the names of the files lack the prefix "cpuset.".
        string prefix = directory + (Inode.Exists(directory + "/cpuset.cpus") ? "/cpuset." : "/");
        ulong Switch(string name) => StatisticFile.Number(prefix + name) ?? 0;
        return new()
        {
            Cpus = List(prefix + "cpus", CpuList.MaxCpu),
            Mems = List(prefix + "mems", CpuList.MaxNode),
            CpuExclusive = Switch("cpu_exclusive"),
            MemExclusive = Switch("mem_exclusive"),
            MemHardwall = Switch("mem_hardwall"),
            MemoryMigrate = Switch("memory_migrate"),
            MemorySpreadPage = Switch("memory_spread_page"),
            MemorySpreadSlab = Switch("memory_spread_slab"),
            MemoryPressure = Switch("memory_pressure"),
            SchedLoadBalance = Switch("sched_load_balance"),
            SchedRelaxDomainLevel = long.TryParse(TextFile.TryReadOnce(prefix + "sched_relax_domain_level"), CultureInfo.InvariantCulture, out long level) ? level : 0,
        };
    }

    private static List<ushort> List(string path, int max)
    {
        var numbers = new List<ushort>();
        if (TextFile.TryReadOnce(path) is not { } text || !CpuList.TryMask(text.TrimEnd(), max, out byte[]? mask))
            return numbers;
        for (int i = 0; i < mask.Length * 8; i++)
        {
            if ((mask[i / 8] & (1 << (i % 8))) != 0)
                numbers.Add((ushort)i);
        }
        return numbers;
    }
}
