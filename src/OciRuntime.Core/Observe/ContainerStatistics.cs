using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Cgroups.Statistics;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Observe;

/// <summary>What a container uses at one moment, read from its cgroup, its network interfaces and its resctrl groups.</summary>
public sealed record ContainerStatistics
{
    /// <summary>Container id.</summary>
    public required string Id { get; init; }

    /// <summary>When it was read, local time.</summary>
    public DateTime Time { get; init; }

    /// <summary>When the container was created, local time.</summary>
    public DateTime Created { get; init; }

    /// <summary>Counters of its cgroup.</summary>
    public CgroupStatistics Cgroup { get; init; } = new();

    /// <summary>Interfaces of its network namespace except the loopback; null when it shares the runtime's, whose traffic is not its own.</summary>
    public IReadOnlyList<NetworkStatistics>? Network { get; init; }

    /// <summary>Counters of its resctrl groups; null when it has none.</summary>
    public ResctrlStatistics? Resctrl { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Id;

    /// <summary>Reads the statistics of a container.</summary>
    /// <param name="runtime">Where the container is.</param>
    /// <param name="id">Container id.</param>
    /// <exception cref="OciException">ContainerNotFound; ContainerNotRunning when it has stopped.</exception>
    internal static ContainerStatistics Read(ContainerRuntime runtime, string id)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        using StateDirectory directory = StateDirectory.Open(runtime.StateRoot, id);
        return Read(runtime, LivingState(directory));
    }

    internal static ContainerStatistics Read(ContainerRuntime runtime, ContainerState state) => new()
    {
        Id = state.Id,
        Time = DateTime.Now,
        Created = state.Created.LocalDateTime,
        Cgroup = CgroupStatistics.Read(runtime.CgroupOf(state)),
        Network = NetworkStatistics.Read(state.Pid),
        Resctrl = state.Resctrl is { } group ? ResctrlStatistics.Read(runtime.Options.ResctrlRoot, group) : null,
    };

    /// <summary>The state of a container that has not ended.</summary>
    internal static ContainerState LivingState(StateDirectory directory)
    {
        ContainerState state = directory.ReadState();
        return ProcessStat.Read(state.Pid) is { IsDead: false } stat && stat.StartTime == state.StartTime
            ? state
            : throw NotRunning(state.Id);
    }

    internal static OciException NotRunning(string id) => new(OciErrorCode.ContainerNotRunning, $"container {id} is not running") { Object = id, Refusal = Refusal.WatchOfStopped };
}
