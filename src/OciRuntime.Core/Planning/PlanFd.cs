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
/// A user namespace whose maps translate the owners of the files of a mount (mount_setattr(2), MOUNT_ATTR_IDMAP). Mounts with the same maps share one.
/// </summary>
/// <param name="UidMappings">Uids: ContainerID is the filesystem's, HostID the mount's.</param>
/// <param name="GidMappings">Gids likewise.</param>
/// <param name="UserNamespace">Path of a user namespace whose maps are used instead, or null.</param>
/// <param name="SpecPointer">JSON pointer of the first mount with these maps.</param>
internal sealed record IdMapsFd(IReadOnlyList<OciIdMapping> UidMappings, IReadOnlyList<OciIdMapping> GidMappings, string? UserNamespace, string SpecPointer) : PlanFd
{
    /// <summary>True for the same maps, whichever mount they belong to.</summary>
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
    /// <summary>A detached, read-only copy of the directory's mount, from which no path leads to its parent (open_tree(2), OPEN_TREE_CLONE).</summary>
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
    /// <summary>The supervisor's end of the socketpair over which it receives the pty master.</summary>
    SupervisorConsoleReader,
    /// <summary>Init's end of that socketpair.</summary>
    SupervisorConsoleWriter,
    /// <summary>The connected console socket of the caller.</summary>
    ConsoleSocket,
    /// <summary>The listening socket of the start gate.</summary>
    Gate,
    /// <summary>memfd with the state JSON for hooks.</summary>
    HookState,
    /// <summary>A pipe for the output of hooks in the container, open for reading and writing.</summary>
    HookOutput,
    /// <summary>pidfd of the container's init, through which exec joins its namespaces.</summary>
    InitPidfd,
    /// <summary>criu's end of its socket.</summary>
    CriuSocket,
    /// <summary>The mount namespace that criu works in.</summary>
    CriuMounts,
}
