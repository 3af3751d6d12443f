using OciRuntime.Core.Cgroups.Statistics;
using OciRuntime.Core.Files;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Observe;

/// <summary>What resctrl reports about a container's groups (Documentation/filesystems/resctrl.rst). A part that the processor lacks is null.</summary>
public sealed record ResctrlStatistics
{
    /// <summary>The L3 cache, where it can be allocated.</summary>
    public CacheAllocation? L3 { get; init; }

    /// <summary>Memory bandwidth, where it can be allocated.</summary>
    public BandwidthAllocation? Bandwidth { get; init; }

    /// <summary>The L3 line of the root's schemata.</summary>
    public string? L3SchemaOfRoot { get; init; }

    /// <summary>The L3 line of the container's schemata.</summary>
    public string? L3Schema { get; init; }

    /// <summary>The MB line of the root's schemata.</summary>
    public string? BandwidthSchemaOfRoot { get; init; }

    /// <summary>The MB line of the container's schemata.</summary>
    public string? BandwidthSchema { get; init; }

    /// <summary>The container's schemata, line by line.</summary>
    public IReadOnlyList<string> Schemata { get; init; } = [];

    /// <summary>Memory traffic by cache domain, where it is monitored.</summary>
    public IReadOnlyList<MemoryTraffic>? Traffic { get; init; }

    /// <summary>Bytes of the L3 cache in use by cache domain, where they are monitored.</summary>
    public IReadOnlyList<ulong>? Occupancy { get; init; }

    /// <inheritdoc/>
    public override string ToString() => string.Join("; ", Schemata);

    internal static ResctrlStatistics Read(string root, ResctrlGroup group)
    {
        List<string> ofRoot = Lines(root + "/schemata"), own = Lines(group.Directory + "/schemata");
        List<string> monitored = Lines(root + "/info/L3_MON/mon_features");
        bool cache = Inode.IsDirectory(root + "/info/L3"), bandwidth = Inode.IsDirectory(root + "/info/MB");
        // Without a monitoring group of its own, the container shares its numbers with everyone in the class.
        string data = (group.Monitor ?? group.Directory) + "/mon_data";
        List<string> domains = monitored.Count > 0 ? [.. DirectoryEntry.Directories(data).Order(StringComparer.Ordinal)] : [];
        bool total = monitored.Contains("mbm_total_bytes"), local = monitored.Contains("mbm_local_bytes");
        return new()
        {
            L3 = cache ? new(TextFile.TryReadForMessage(root + "/info/L3/cbm_mask") ?? string.Empty, Number(root + "/info/L3/min_cbm_bits"), Number(root + "/info/L3/num_closids")) : null,
            L3SchemaOfRoot = cache ? ofRoot.LastOrDefault(IsOfL3) : null,
            L3Schema = cache ? own.LastOrDefault(IsOfL3) : null,
            Bandwidth = bandwidth
                ? new(Number(root + "/info/MB/bandwidth_gran"), Number(root + "/info/MB/delay_linear"), Number(root + "/info/MB/min_bandwidth"), Number(root + "/info/MB/num_closids"))
                : null,
            BandwidthSchemaOfRoot = bandwidth ? ofRoot.LastOrDefault(IsOfBandwidth) : null,
            BandwidthSchema = bandwidth ? own.LastOrDefault(IsOfBandwidth) : null,
            Schemata = own,
            Traffic = total || local ? [.. domains.Select(domain => new MemoryTraffic(total ? Number(domain + "/mbm_total_bytes") : 0, local ? Number(domain + "/mbm_local_bytes") : 0))] : null,
            Occupancy = monitored.Contains("llc_occupancy") ? [.. domains.Select(static domain => Number(domain + "/llc_occupancy"))] : null,
        };
    }

    private static bool IsOfL3(string line) => line.StartsWith("L3", StringComparison.Ordinal);

    private static bool IsOfBandwidth(string line) => line.StartsWith("MB", StringComparison.Ordinal);

    private static ulong Number(string path) => StatisticFile.Number(path) ?? 0;

    private static List<string> Lines(string path) => [.. (TextFile.TryRead(path) ?? string.Empty).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
}

/// <summary>How a cache can be allocated.</summary>
/// <param name="Mask">All bits of a mask, hexadecimal.</param>
/// <param name="FewestBits">The fewest bits that a mask may have.</param>
/// <param name="Classes">How many classes of service there are.</param>
public sealed record CacheAllocation(string Mask, ulong FewestBits, ulong Classes);

/// <summary>How memory bandwidth can be allocated.</summary>
/// <param name="Granularity">Step in percent.</param>
/// <param name="Linear">1 when the delay grows linearly.</param>
/// <param name="Least">The least percentage that a class may have.</param>
/// <param name="Classes">How many classes of service there are.</param>
public sealed record BandwidthAllocation(ulong Granularity, ulong Linear, ulong Least, ulong Classes);

/// <summary>Memory traffic of a cache domain, bytes.</summary>
/// <param name="Total">All of it.</param>
/// <param name="Local">To the memory of the same node.</param>
public readonly record struct MemoryTraffic(ulong Total, ulong Local);
