using OciRuntime.Core.Files;

namespace OciRuntime.Core.Cgroups.Statistics;

/// <summary>Processes and threads of a cgroup and all below it.</summary>
/// <param name="Current">Their number.</param>
/// <param name="Limit">The limit; null for none.</param>
public sealed record PidsStatistics(ulong Current, ulong? Limit)
{
    /// <summary>Reads the files, which are the same on v1 and v2. Without the controller it counts the processes of the cgroup itself, with a null limit.</summary>
    internal static PidsStatistics? Read(string directory)
    {
        if (StatisticFile.Number(directory + "/pids.current") is { } current)
            return new(current, StatisticFile.Number(directory + "/pids.max") is { } limit and not StatisticFile.Max ? limit : null);
        string? processes = TextFile.TryRead(directory + "/cgroup.procs") ?? TextFile.TryRead(directory + "/cgroup.threads");
        return processes is null ? null : new((ulong)processes.AsSpan().Count('\n'), null);
    }
}
