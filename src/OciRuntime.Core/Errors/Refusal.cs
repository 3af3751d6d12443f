namespace OciRuntime.Core.Errors;

/// <summary>The rule that an error is about, where one code covers several. What a program says of it is that program's: <c>ocirun</c> has runc's words and its own options, cmdlets theirs.</summary>
internal enum Refusal
{
    /// <summary>The code says all.</summary>
    None,
    StartOfRunning,
    StartOfPaused,
    StartOfStopped,
    PauseOfPaused,
    ResumeOfUnpaused,
    /// <summary>The container is thawed; a cgroup that it is in is not.</summary>
    ResumeBelowFrozen,
    ExecInPaused,
    ExecInStopped,
    DeleteOfRunning,
    DeleteOfPaused,
    CheckpointOfCreated,
    CheckpointOfStopped,
    /// <summary>Statistics and notices of a container that has ended.</summary>
    WatchOfStopped,
    /// <summary>The host has no memory controller that would tell of a lack of memory.</summary>
    WatchWithoutMemory,
    /// <summary>A detached process has a terminal that nobody takes.</summary>
    TerminalWithoutSocket,
    /// <summary>Nothing would be sent to the console socket.</summary>
    SocketWithoutTerminal,
    /// <summary>A process file without a program.</summary>
    ProcessWithoutArgs,
    /// <summary>Schemata for a container without linux.intelRdt.</summary>
    SchemataWithoutGroup,
    /// <summary>The parent of a checkpoint is not relative to it.</summary>
    ParentNotRelative,
    /// <summary>The parent of a checkpoint is not there.</summary>
    ParentNotThere,
    /// <summary>A directory without config.json, or another file of JSON that is not there.</summary>
    NoSpecFile,
    NoBundle,
    /// <summary>Mappings that are not those of the user namespace that is joined.</summary>
    MapsOfAnother,
    /// <summary>A rootless launch without a user namespace.</summary>
    NoUserNamespace,
    /// <summary>A path of systemd's form for the cgroupfs manager.</summary>
    PathForSystemd,
    /// <summary>A path of another form for the systemd manager.</summary>
    PathNotForSystemd,
    NoSystemd,
    /// <summary>Limits, and a user who may not make the cgroup.</summary>
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
    /// <summary>Offsets for a time namespace that is there.</summary>
    OffsetsOfJoinedNamespace,
    /// <summary>Masked or read-only paths among the host's mounts.</summary>
    PathsWithoutMountNamespace,
    DevicesWithoutNetworkNamespace,
    /// <summary>Swap includes memory, whose limit is higher.</summary>
    SwapBelowLimit,
    /// <summary>A mount with uid or gid mappings, and not both.</summary>
    HalfMappedMount,
    /// <summary>Mappings for a mount that is not a bind.</summary>
    MappedMountNotBind,
    SysctlOfHostIpc,
    SysctlOfHostNetwork,
    SysctlOfHostUsers,
    /// <summary>kernel.hostname, which is a property of its own.</summary>
    SysctlOfHostname,
    /// <summary>A parameter that no namespace has for itself.</summary>
    SysctlOfHost,
    /// <summary>A mount somewhere inside of /proc.</summary>
    MountInProc,
    /// <summary>A slice that systemd would not make.</summary>
    NotASlice,
    /// <summary>What criu makes of cgroups, in a word that it does not know.</summary>
    UnknownCgroupsMode,
    UnknownNetworkLock,
    /// <summary>Supplementary groups where setgroups(2) had to be given up.</summary>
    GroupsOfRootless,
    /// <summary>An archive of plain files where one of an image was asked for.</summary>
    ImageIsRootFilesystem,
    /// <summary>The other way round.</summary>
    RootFilesystemIsImage,
    /// <summary>More bytes come out of an image than were allowed.</summary>
    UnpackedBytes,
    UnpackedEntries,
}
