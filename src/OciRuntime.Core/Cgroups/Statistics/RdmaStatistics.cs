using OciRuntime.Core.Files;

namespace OciRuntime.Core.Cgroups.Statistics;

/// <summary>Use of an RDMA device (cgroup-v1/rdma.rst; the same files on v2).</summary>
/// <param name="Device">Its name.</param>
/// <param name="Handles">HCA handles in use.</param>
/// <param name="Objects">HCA objects in use.</param>
/// <param name="HandleLimit">Limit of handles; null for none.</param>
/// <param name="ObjectLimit">Limit of objects; null for none.</param>
public sealed record RdmaStatistics(string Device, ulong Handles, ulong Objects, ulong? HandleLimit, ulong? ObjectLimit)
{
    internal static List<RdmaStatistics> Read(string directory)
    {
        Dictionary<string, (ulong? Handles, ulong? Objects)> used = Lines(directory + "/rdma.current"), limits = Lines(directory + "/rdma.max");
        return [.. used.Select(device =>
        {
            (ulong? handles, ulong? objects) = limits.GetValueOrDefault(device.Key);
            return new RdmaStatistics(device.Key, device.Value.Handles ?? 0, device.Value.Objects ?? 0, Limit(handles), Limit(objects));
        })];
    }

    private static ulong? Limit(ulong? value) => value is StatisticFile.Max ? null : value;

    // Lines "mlx4_0 hca_handle=2 hca_object=2000".
    private static Dictionary<string, (ulong? Handles, ulong? Objects)> Lines(string path)
    {
        var devices = new Dictionary<string, (ulong? Handles, ulong? Objects)>(StringComparer.Ordinal);
        foreach (string line in (TextFile.TryRead(path) ?? string.Empty).Split('\n'))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 1)
                devices[words[0]] = (Value(words, "hca_handle="), Value(words, "hca_object="));
        }
        return devices;
    }

    private static ulong? Value(string[] words, string key) =>
        words.FirstOrDefault(word => word.StartsWith(key, StringComparison.Ordinal)) is { } word ? StatisticFile.Parse(word.AsSpan(key.Length)) : null;
}
