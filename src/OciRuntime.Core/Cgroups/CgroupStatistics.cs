using System.Globalization;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Cgroups;

/// <summary>
/// What a container uses at a moment. A value is null where its controller is not there, or the container has gone.
/// Read from the kernel's files of cgroup v1 or v2.
/// </summary>
public sealed record CgroupStatistics
{
    /// <summary>Memory in use, bytes, page cache included.</summary>
    public ulong? MemoryUsage { get; init; }

    /// <summary>Memory limit, bytes; null also when there is none.</summary>
    public ulong? MemoryLimit { get; init; }

    /// <summary>Processes that the kernel killed for lack of memory.</summary>
    public ulong? OomKills { get; init; }

    /// <summary>CPU time used, nanoseconds (on v2 the kernel counts microseconds).</summary>
    public ulong? CpuUsage { get; init; }

    /// <summary>Processes and threads.</summary>
    public ulong? Pids { get; init; }

    /// <summary>Limit of processes and threads; null also when there is none.</summary>
    public ulong? PidsLimit { get; init; }

    /// <summary>Reads the values of a container.</summary>
    public static CgroupStatistics Read(IContainerCgroup cgroup)
    {
        IReadOnlyDictionary<string, string> paths = cgroup.Paths;
        return paths.Count == 1 && paths.TryGetValue(string.Empty, out string? unified) ? ReadV2(unified) : ReadV1(paths);
    }

    private static CgroupStatistics ReadV2(string directory) => new()
    {
        MemoryUsage = Number(directory + "/memory.current"),
        MemoryLimit = Number(directory + "/memory.max"),
        OomKills = Line(directory + "/memory.events", "oom_kill"),
        CpuUsage = Line(directory + "/cpu.stat", "usage_usec") * 1000,
        Pids = Number(directory + "/pids.current"),
        PidsLimit = Number(directory + "/pids.max"),
    };

    private static CgroupStatistics ReadV1(IReadOnlyDictionary<string, string> paths)
    {
        // No limit reads as the largest multiple of the page size.
        const ulong NoLimit = long.MaxValue & ~0xFFFFUL;
        string? File(string controller, string name) => paths.TryGetValue(controller, out string? directory) ? directory + "/" + name : null;
        ulong? limit = Number(File("memory", "memory.limit_in_bytes"));
        return new()
        {
            MemoryUsage = Number(File("memory", "memory.usage_in_bytes")),
            MemoryLimit = limit >= NoLimit ? null : limit,
            OomKills = Line(File("memory", "memory.oom_control"), "oom_kill"),
            CpuUsage = Number(File("cpuacct", "cpuacct.usage")),
            Pids = Number(File("pids", "pids.current")),
            PidsLimit = Number(File("pids", "pids.max")),
        };
    }

    // "max" is no number.
    private static ulong? Number(string? file) => file is not null && Parse(TextFile.TryReadOnce(file)) is { } value ? value : null;

    private static ulong? Line(string? file, string key)
    {
        string? text = file is null ? null : TextFile.TryReadOnce(file);
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(key) && line.Length > key.Length && line[key.Length] == ' ')
                return Parse(line[(key.Length + 1)..]);
        }

        return null;
    }

    private static ulong? Parse(ReadOnlySpan<char> text) => ulong.TryParse(text.TrimEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value : null;
}
