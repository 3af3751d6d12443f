using System.Globalization;
using OciRuntime.Core.Files;

namespace OciRuntime.Core.Cgroups.Statistics;

/// <summary>Huge pages of one size, in bytes; reservations if the kernel counts them (Linux 5.7).</summary>
/// <param name="Usage">Bytes in use.</param>
/// <param name="Peak">Highest use ever; 0 on v2, which does not record it.</param>
/// <param name="Failures">How often the limit was hit.</param>
public sealed record HugePageStatistics(ulong Usage, ulong Peak, ulong Failures)
{
    private const string SizesOfTheKernel = "/sys/kernel/mm/hugepages";

    internal static Dictionary<string, HugePageStatistics> ReadV2(string directory) => Read(directory, static prefix =>
        (StatisticFile.Number(prefix + ".rsvd.current") ?? StatisticFile.Number(prefix + ".current")) is { } usage
            ? new(usage, 0, StatisticFile.Value(prefix + ".events", "max") ?? 0)
            : null);

    internal static Dictionary<string, HugePageStatistics> ReadV1(string directory) => Read(directory, static prefix =>
    {
        ulong? reserved = StatisticFile.Number(prefix + ".rsvd.usage_in_bytes");
        string kind = reserved is null ? prefix : prefix + ".rsvd";
        return (reserved ?? StatisticFile.Number(prefix + ".usage_in_bytes")) is { } usage
            ? new(usage, StatisticFile.Number(kind + ".max_usage_in_bytes") ?? 0, StatisticFile.Number(kind + ".failcnt") ?? 0)
            : null;
    });

    /// <summary>The kernel's name for a size in the names of the controller's files.</summary>
    /// <param name="kibibytes">The size.</param>
    internal static string NameOf(ulong kibibytes) =>
        kibibytes >= 1 << 20 ? Text(kibibytes >> 20, "GB") : kibibytes >= 1 << 10 ? Text(kibibytes >> 10, "MB") : Text(kibibytes, "KB");

    private static string Text(ulong number, string unit) => number.ToString(CultureInfo.InvariantCulture) + unit;

    private static Dictionary<string, HugePageStatistics> Read(string directory, Func<string, HugePageStatistics?> read)
    {
        const string Head = "hugepages-", Tail = "kB";
        var pages = new Dictionary<string, HugePageStatistics>(StringComparer.Ordinal);
        foreach (string path in DirectoryEntry.Directories(SizesOfTheKernel).Order(StringComparer.Ordinal))
        {
            string size = NameOf(ulong.Parse(Path.GetFileName(path.AsSpan())[Head.Length..^Tail.Length], CultureInfo.InvariantCulture));
            if (read(directory + "/hugetlb." + size) is { } statistics)
                pages[size] = statistics;
        }
        return pages;
    }
}
