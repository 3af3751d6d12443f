using System.Globalization;
using OciRuntime.Core.Files;

namespace OciRuntime.Core.Cgroups.Statistics;

/// <summary>
/// What a container uses at one moment, read from the files of cgroup v1 or v2 (cgroup-v1 and cgroup-v2 of the kernel's documentation). A part
/// is null if its controller is not available or the cgroup is gone.
/// </summary>
public sealed record CgroupStatistics
{
    /// <summary>Processor time.</summary>
    public CpuStatistics? Cpu { get; init; }

    /// <summary>Processors and memory nodes; v1 only, since on v2 they do not differ from the limits.</summary>
    public CpusetStatistics? Cpuset { get; init; }

    /// <summary>Memory.</summary>
    public MemoryStatistics? Memory { get; init; }

    /// <summary>Processes and threads.</summary>
    public PidsStatistics? Pids { get; init; }

    /// <summary>Block devices.</summary>
    public IoStatistics? Io { get; init; }

    /// <summary>Huge pages by their size, as the kernel writes it ("2MB").</summary>
    public IReadOnlyDictionary<string, HugePageStatistics> HugePages { get; init; } = new Dictionary<string, HugePageStatistics>();

    /// <summary>RDMA devices that are in use or limited.</summary>
    public IReadOnlyList<RdmaStatistics> Rdma { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Memory}, {Pids?.Current} processes");

    /// <summary>Reads the values of a container. On a hybrid layout each controller is read from its own hierarchy.</summary>
    /// <param name="cgroup">The container's cgroup.</param>
    /// <exception cref="Errors.OciException">A file can't be read.</exception>
    internal static CgroupStatistics Read(IContainerCgroup cgroup)
    {
        IReadOnlyDictionary<string, string> paths = cgroup.Paths;
        string? unified = Existing(paths, string.Empty);
        string? memory = Existing(paths, "memory"), pids = Existing(paths, "pids"), blkio = Existing(paths, "blkio"), cpuset = Existing(paths, "cpuset");
        string? accounting = Existing(paths, "cpuacct"), bandwidth = Existing(paths, "cpu"), hugetlb = Existing(paths, "hugetlb"), rdma = Existing(paths, "rdma") ?? unified;
        return new()
        {
            Cpu = accounting is null && bandwidth is null ? unified is null ? null : CpuStatistics.ReadV2(unified) : CpuStatistics.ReadV1(accounting, bandwidth, unified),
            Cpuset = cpuset is null ? null : CpusetStatistics.ReadV1(cpuset),
            Memory = memory is not null ? MemoryStatistics.ReadV1(memory, unified) : unified is null ? null : MemoryStatistics.ReadV2(unified),
            Pids = (pids ?? unified) is { } directory ? PidsStatistics.Read(directory) : null,
            Io = blkio is not null ? IoStatistics.ReadV1(blkio, unified) : unified is null ? null : IoStatistics.ReadV2(unified),
            HugePages = hugetlb is not null ? HugePageStatistics.ReadV1(hugetlb) : unified is null ? new() : HugePageStatistics.ReadV2(unified),
            Rdma = rdma is null ? [] : RdmaStatistics.Read(rdma),
        };
    }

    private static string? Existing(IReadOnlyDictionary<string, string> paths, string controller) =>
        paths.TryGetValue(controller, out string? directory) && Inode.IsDirectory(directory) ? directory : null;
}
