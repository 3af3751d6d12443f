using OciRuntime.Core.Files;

namespace OciRuntime.Core.State;

/// <summary>Makes an <see cref="OciContainer"/> of what the state directory and the kernel say now.</summary>
internal static class Snapshot
{
    private const string Unified = "unified";

    /// <param name="directory">The container's directory.</param>
    /// <param name="state">Its state.</param>
    /// <param name="isFrozen">Asks the cgroup; called only for a container that runs.</param>
    /// <param name="owners">Names of uids.</param>
    public static OciContainer Of(StateDirectory directory, ContainerState state, Func<ContainerState, bool> isFrozen, OwnerNames owners)
    {
        ContainerStatus status = StatusOf(directory, state, isFrozen);
        ExitRecord? exit = status == ContainerStatus.Stopped ? directory.TryReadExit() : null;
        return new OciContainer
        {
            Id = state.Id,
            State = status,
            Pid = status == ContainerStatus.Stopped ? 0 : state.Pid,
            Bundle = state.Bundle,
            Rootfs = state.Rootfs,
            Created = state.Created.LocalDateTime,
            Annotations = state.Annotations,
            Owner = owners.Of(state.OwnerUid),
            OciVersion = state.OciVersion,
            Supervised = state.Supervised,
            ExitCode = exit?.ExitCode,
            ExitedAt = exit?.ExitedAt,
            Command = state.Args,
            Root = directory.RootPath,
            LogPath = state.Supervised ? directory.Path + "/" + StateDirectory.LogName : null,
            CgroupPaths = Named(state.CgroupPaths),
        };
    }

    /// <summary>A directory without a state that can be read and trusted: nothing but its name is known.</summary>
    public static OciContainer Broken(string id, string root) => new() { Id = id, State = ContainerStatus.Broken, Root = root };

    /// <summary>One that another command is making.</summary>
    public static OciContainer Creating(StateDirectory directory) => new() { Id = directory.Id, State = ContainerStatus.Creating, Root = directory.RootPath };

    /// <summary>The status by one read of /proc/PID/stat, and one of the freezer when it may be frozen.</summary>
    public static ContainerStatus StatusOf(StateDirectory directory, ContainerState state, Func<ContainerState, bool> isFrozen)
    {
        if (ProcessStat.Read(state.Pid) is not { } stat || stat.StartTime != state.StartTime || stat.IsDead)
            return ContainerStatus.Stopped;
        if (MayBeFrozen(state, stat) && isFrozen(state))
            return ContainerStatus.Paused;
        // A start that was killed half-way leaves the gate behind, but the process has a new name then.
        return stat.IsHelper && directory.Exists(StateDirectory.GateName) ? ContainerStatus.Created : ContainerStatus.Running;
    }

    // The v1 freezer holds a task in a state that shows as D, or leaves it stopped; one that runs or sleeps is not frozen.
    // In the unified hierarchy, which a hybrid layout has too, a frozen task looks asleep.
    private static bool MayBeFrozen(ContainerState state, ProcessStat stat) => stat.State is not ('R' or 'S') || !state.HasV1Freezer || state.HasUnified;

    // The state has runc's key, an empty one, which few readers of JSON take.
    private static IReadOnlyDictionary<string, string> Named(IReadOnlyDictionary<string, string> paths) => paths is JsonMap map
        ? map.NamingTheEmptyKey(Unified)
        : paths.ToDictionary(path => path.Key.Length == 0 ? Unified : path.Key, path => path.Value, StringComparer.Ordinal);
}
