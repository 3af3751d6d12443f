namespace OciRuntime.Core.Errors;

/// <summary>The rule that was violated, if one error code covers several. Each program has its own wording for it: <c>ocirun</c> that of runc with its own options, cmdlets theirs.</summary>
internal enum Refusal
{
    /// <summary>The error code says everything.</summary>
    None,
    StartOfRunning,
    StartOfPaused,
    StartOfStopped,
    PauseOfPaused,
    ResumeOfUnpaused,
    /// <summary>The container is thawed, but a cgroup above it is frozen.</summary>
    ResumeBelowFrozen,
    ExecInPaused,
    ExecInStopped,
    DeleteOfRunning,
    DeleteOfPaused,
    CheckpointOfCreated,
    CheckpointOfStopped,
    /// <summary>Statistics or events of a container that has ended.</summary>
    WatchOfStopped,
    /// <summary>The host has no memory controller to report out-of-memory events.</summary>
    WatchWithoutMemory,
    /// <summary>A detached process has a terminal without a console socket.</summary>
    TerminalWithoutSocket,
    /// <summary>Nothing would be sent to the console socket.</summary>
    SocketWithoutTerminal,
    /// <summary>A process file without a program.</summary>
    ProcessWithoutArgs,
    /// <summary>Schemata for a container without linux.intelRdt.</summary>
    SchemataWithoutGroup,
    /// <summary>The path of a checkpoint's parent is not relative.</summary>
    ParentNotRelative,
    /// <summary>The parent of a checkpoint does not exist.</summary>
    ParentNotThere,
    /// <summary>A config.json or another JSON file is missing.</summary>
    NoSpecFile,
    NoBundle,
    /// <summary>Mappings that differ from those of the joined user namespace.</summary>
    MapsOfAnother,
    /// <summary>A rootless launch without a user namespace.</summary>
    NoUserNamespace,
    /// <summary>A path in systemd's form for the cgroupfs manager.</summary>
    PathForSystemd,
    /// <summary>A path in another form for the systemd manager.</summary>
    PathNotForSystemd,
    NoSystemd,
    /// <summary>Limits for a user who may not make the cgroup.</summary>
    LimitsWithoutCgroup,
    HalfWrittenState,
    UntrustedRoot,
    UnknownVersion,
    /// <summary>A configuration without a process.</summary>
    NoProcess,
    /// <summary>A host or domain name for the host's uts namespace.</summary>
    NameWithoutUtsNamespace,
    MapsWithoutUserNamespace,
    OffsetsWithoutTimeNamespace,
    /// <summary>Offsets for an existing time namespace.</summary>
    OffsetsOfJoinedNamespace,
    /// <summary>Masked or read-only paths among the host's mounts.</summary>
    PathsWithoutMountNamespace,
    DevicesWithoutNetworkNamespace,
    /// <summary>Swap includes memory, whose limit is higher.</summary>
    SwapBelowLimit,
    /// <summary>A mount with uid or gid mappings, but not both.</summary>
    HalfMappedMount,
    /// <summary>Mappings for a mount that is not a bind.</summary>
    MappedMountNotBind,
    SysctlOfHostIpc,
    SysctlOfHostNetwork,
    SysctlOfHostUsers,
    /// <summary>kernel.hostname, for which there is a separate property.</summary>
    SysctlOfHostname,
    /// <summary>A parameter that is not specific to a namespace.</summary>
    SysctlOfHost,
    /// <summary>A mount somewhere inside /proc.</summary>
    MountInProc,
    /// <summary>A slice name that systemd does not accept.</summary>
    NotASlice,
    /// <summary>An unknown cgroups mode for criu.</summary>
    UnknownCgroupsMode,
    UnknownNetworkLock,
    /// <summary>Supplementary groups when setgroups(2) had to be disabled.</summary>
    GroupsOfRootless,
    /// <summary>An archive of plain files where an image was expected.</summary>
    ImageIsRootFilesystem,
    /// <summary>An image where an archive of plain files was expected.</summary>
    RootFilesystemIsImage,
    /// <summary>An image unpacks to more bytes than allowed.</summary>
    UnpackedBytes,
    UnpackedEntries,
}
