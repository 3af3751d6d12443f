using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Files;

namespace OciRuntime.Core.State;

/// <summary>Makes an <see cref="OciContainer"/> from what the state directory and the kernel report now.</summary>
internal static class Snapshot
{
    private const string Unified = "unified";

    public static OciContainer Of(StateDirectory directory, ContainerState state)
    {
        using var freezers = new FreezerLook();
        return Of(directory, state, freezers, new OwnerNames());
    }

    /// <param name="directory">The container's directory.</param>
    /// <param name="state">Its state.</param>
    /// <param name="freezers">Asked about a running container.</param>
    /// <param name="owners">Names of uids.</param>
    public static OciContainer Of(StateDirectory directory, ContainerState state, FreezerLook freezers, OwnerNames owners)
    {
        ContainerStatus status = StatusOf(directory, state, freezers);
        return Of(directory, state, status, status == ContainerStatus.Stopped ? directory.TryReadExit() : null, owners);
    }

    /// <summary>The same for a directory that was only looked at; null when the container has stopped, and may be another one by now.</summary>
    public static OciContainer? OfLiving(StateDirectory directory, ContainerState state, FreezerLook freezers, OwnerNames owners) =>
        StatusOf(directory, state, freezers) is not ContainerStatus.Stopped and var status ? Of(directory, state, status, exit: null, owners) : null;

    /// <summary>The same from what is already known about its process and freezer.</summary>
    public static OciContainer? OfLiving(StateDirectory directory, ContainerState state, ProcessStat process, bool frozen, OwnerNames owners) =>
        IsOf(state, process) ? Of(directory, state, StatusOf(directory, process, frozen), exit: null, owners) : null;

    private static OciContainer Of(StateDirectory directory, ContainerState state, ContainerStatus status, ExitRecord? exit, OwnerNames owners) =>
        new()
        {
            Id = state.Id,
            State = status,
            Pid = status == ContainerStatus.Stopped ? 0 : state.Pid,
            Bundle = state.Bundle,
            Rootfs = state.Rootfs,
            CreatedUtc = state.Created.UtcDateTime,
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

    /// <summary>A directory without a readable, trusted state: only its name is known.</summary>
    public static OciContainer Broken(string id, string root) => new() { Id = id, State = ContainerStatus.Broken, Root = root };

    /// <summary>A container that another command is creating.</summary>
    public static OciContainer Creating(StateDirectory directory) => new() { Id = directory.Id, State = ContainerStatus.Creating, Root = directory.RootPath };

    public static ContainerStatus StatusOf(StateDirectory directory, ContainerState state)
    {
        using var freezers = new FreezerLook();
        return StatusOf(directory, state, freezers);
    }

    /// <summary>The status, from one read of /proc/PID/stat and one of its freezer.</summary>
    public static ContainerStatus StatusOf(StateDirectory directory, ContainerState state, FreezerLook freezers) =>
        ProcessStat.Read(state.Pid) is { } process && IsOf(state, process)
            ? StatusOf(directory, process, freezers.IsFrozen(state.CgroupPaths, process.State))
            : ContainerStatus.Stopped;

    /// <summary>True when its process exists and has not ended.</summary>
    public static bool IsAlive(ContainerState state) => ProcessStat.Read(state.Pid) is { } process && IsOf(state, process);

    private static bool IsOf(ContainerState state, ProcessStat process) => process.StartTime == state.StartTime && !process.IsDead;

    // A start that was killed midway leaves the gate behind, but the process has its new name by then.
    private static ContainerStatus StatusOf(StateDirectory directory, ProcessStat process, bool frozen) =>
        frozen ? ContainerStatus.Paused
        : process.IsHelper && directory.Exists(StateDirectory.GateName) ? ContainerStatus.Created
        : ContainerStatus.Running;

    // The state has runc's empty key, which few JSON readers accept.
    private static IReadOnlyDictionary<string, string> Named(IReadOnlyDictionary<string, string> paths) => paths is JsonMap map
        ? map.NamingTheEmptyKey(Unified)
        : paths.ToDictionary(path => path.Key.Length == 0 ? Unified : path.Key, path => path.Value, StringComparer.Ordinal);
}
