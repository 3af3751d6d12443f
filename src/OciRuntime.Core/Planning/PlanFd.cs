using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Planning;

/// <summary>A descriptor that a step needs; the launcher opens it and hands it over in a slot.</summary>
internal abstract record PlanFd;

/// <summary>A file or directory of the runtime's mount namespace.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Access">How it is opened; O_CLOEXEC is implied.</param>
internal sealed record PathFd(string Path, PlanFdAccess Access) : PlanFd;

/// <summary>A descriptor that the runtime itself inherited (preserve-fds, LISTEN_FDS).</summary>
/// <param name="Number">Its number in the runtime.</param>
internal sealed record InheritedFd(int Number) : PlanFd;

/// <summary>
/// A user namespace through whose maps a mount shows the owners of its files (mount_setattr(2), MOUNT_ATTR_IDMAP). Mounts with the same maps share one.
/// </summary>
/// <param name="UidMappings">Uids: ContainerID is the filesystem's, HostID the mount's.</param>
/// <param name="GidMappings">Gids likewise.</param>
/// <param name="UserNamespace">Path of a user namespace whose maps are used instead, or null.</param>
/// <param name="SpecPointer">The first such mount in the configuration.</param>
internal sealed record IdMapsFd(IReadOnlyList<OciIdMapping> UidMappings, IReadOnlyList<OciIdMapping> GidMappings, string? UserNamespace, string SpecPointer) : PlanFd
{
    /// <summary>True for the same maps, whatever mount they are of.</summary>
    public bool Equals(IdMapsFd? other) => other is not null && UserNamespace == other.UserNamespace
        && UidMappings.Select(Values).SequenceEqual(other.UidMappings.Select(Values)) && GidMappings.Select(Values).SequenceEqual(other.GidMappings.Select(Values));

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(UserNamespace);
        foreach (OciIdMapping mapping in UidMappings.Concat(GidMappings))
            hash.Add(Values(mapping));
        return hash.ToHashCode();
    }

    private static (uint Inside, uint Outside, uint Size) Values(OciIdMapping mapping) => (mapping.ContainerID, mapping.HostID, mapping.Size);
}

/// <summary>A descriptor that only exists at launch.</summary>
/// <param name="Role">Which one.</param>
internal sealed record RoleFd(PlanFdRole Role) : PlanFd;

/// <summary>How a <see cref="PathFd"/> is opened.</summary>
internal enum PlanFdAccess
{
    /// <summary>O_PATH.</summary>
    Path,
    /// <summary>O_RDONLY.</summary>
    Read,
    /// <summary>O_WRONLY.</summary>
    Write,
    /// <summary>O_WRONLY, O_APPEND and O_CREAT: a file to which lines are added.</summary>
    Append,
    /// <summary>A detached, read-only copy of the directory's mount: nothing leads from it to what is above (open_tree(2), OPEN_TREE_CLONE).</summary>
    DetachedTree,
}

/// <summary>Descriptors that the launcher makes.</summary>
internal enum PlanFdRole
{
    /// <summary>The container's state directory, O_PATH.</summary>
    StateDirectory,
    /// <summary>The directory that holds the containers' state directories, O_PATH.</summary>
    StateRoot,
    /// <summary>The container's log, O_APPEND.</summary>
    LogFile,
    /// <summary>Read end of the container's stdout, for the supervisor.</summary>
    StdoutReader,
    /// <summary>Read end of the container's stderr, for the supervisor.</summary>
    StderrReader,
    /// <summary>The supervisor's end of the socketpair that brings it the pty master.</summary>
    SupervisorConsoleReader,
    /// <summary>The init's end of that socketpair.</summary>
    SupervisorConsoleWriter,
    /// <summary>The connected console socket of the caller.</summary>
    ConsoleSocket,
    /// <summary>The listening socket of the start gate.</summary>
    Gate,
    /// <summary>memfd with the state JSON for hooks.</summary>
    HookState,
    /// <summary>What hooks in the container print: a pipe, open for reading and writing.</summary>
    HookOutput,
    /// <summary>pidfd of the container's init (exec joins its namespaces by it).</summary>
    InitPidfd,
    /// <summary>criu's end of its socket.</summary>
    CriuSocket,
    /// <summary>The mount namespace that criu works in.</summary>
    CriuMounts,
}
