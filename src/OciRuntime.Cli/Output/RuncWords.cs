using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;

namespace OciRuntime.Cli.Output;

/// <summary>The words of runc, which engines and wrappers match, and the hints that name options of this command. The core and the cmdlets have words of their own.</summary>
internal static class RuncWords
{
    /// <summary>The line, or null: the core's own does.</summary>
    internal static string? Of(OciException error) => error.Refusal == Refusal.None ? OfCode(error) : OfRefusal(error);

    /// <summary>What to do about it.</summary>
    internal static string? HintOf(OciException error) => error.Refusal switch
    {
        Refusal.NoSpecFile when error.Hint is { } hint => hint + "; `ocirun spec` or New-OciBundle makes one",
        Refusal.NoUserNamespace => "add { \"type\": \"user\" } and mappings (ocirun spec --rootless, New-OciSpec -Rootless)",
        Refusal.PathForSystemd =>
            "use the systemd manager (--systemd-cgroup), let the engine use cgroupfs (Docker: --exec-opt native.cgroupdriver=cgroupfs), or give a path such as /web/1",
        Refusal.PathNotForSystemd => "use the cgroupfs manager (without --systemd-cgroup), or give for example system.slice:runc:web1",
        Refusal.NoSystemd =>
            "use the cgroupfs manager: leave --systemd-cgroup out (Docker: --exec-opt native.cgroupdriver=cgroupfs, Podman: --cgroup-manager=cgroupfs)",
        Refusal.LimitsWithoutCgroup => "ask systemd for a delegated one (--systemd-cgroup), or leave the limits out",
        Refusal.HalfWrittenState => "a forced delete clears it",
        Refusal.UntrustedRoot => error.Hint + " (--root, -Root)",
        _ => error.Hint,
    };

    /// <summary>What a plan warns of.</summary>
    internal static string Of(PlanWarning warning) => warning.Kind switch
    {
        PlanWarningKind.UnknownCapabilities => $"ignoring unknown or unavailable capabilities: [{warning.Detail}]",
        PlanWarningKind.NoEnd => "Creating a rootless container with no cgroup and no private pid namespace. "
            + "Such configuration is strongly discouraged (as it is impossible to properly kill all container's processes)",
        _ => warning.Text,
    };

    private static string? OfCode(OciException error) => error switch
    {
        { Code: OciErrorCode.ContainerNotFound } => "container does not exist",
        { Code: OciErrorCode.ContainerAlreadyExists } => "container with given ID already exists",
        { Code: OciErrorCode.InvalidContainerId } => "invalid container ID format",
        { Code: OciErrorCode.ContainerNotRunning } => "container not running",
        { Code: OciErrorCode.OomKilled } => "container init was OOM-killed (memory limit too low?)",
        { Step: "lookup" } => OfLookup(error.Object!, error.Errno),
        { Step: "chdir", Syscall: "chdir" } => $"chdir to cwd (\"{error.Object}\") set in config.json failed: {Errno.Text(error.Errno)}",
        _ => null,
    };

    // Those of Go's exec.LookPath.
    private static string OfLookup(string program, int errno) => errno switch
    {
        Errno.ENOENT when !program.Contains('/', StringComparison.Ordinal) => $"exec: \"{program}\": executable file not found in $PATH",
        Errno.ENOENT or Errno.ENOTDIR => $"exec: \"{program}\": stat {program}: {Errno.Text(errno)}",
        Errno.EISDIR => $"exec: \"{program}\": is a directory: permission denied",
        Errno.EACCES or Errno.EPERM => $"exec: \"{program}\": permission denied",
        _ => $"exec: \"{program}\": {Errno.Text(errno)}",
    };

    private static string? OfRefusal(OciException error) => error.Refusal switch
    {
        Refusal.StartOfRunning => "cannot start an already running container",
        Refusal.StartOfPaused => "cannot start a paused container",
        Refusal.StartOfStopped => "cannot start a container that has stopped",
        Refusal.PauseOfPaused => "container not running",
        Refusal.ResumeOfUnpaused => "container not paused",
        Refusal.ResumeBelowFrozen => $"cannot resume: the cgroup {error.Object} above the container's is frozen",
        Refusal.ExecInPaused => "cannot exec in a paused container (use --ignore-paused to override)",
        Refusal.ExecInStopped => "cannot exec in a stopped container",
        Refusal.DeleteOfRunning => $"cannot delete container {error.Object} that is not stopped: running",
        Refusal.DeleteOfPaused => $"cannot delete container {error.Object} that is not stopped: paused",
        Refusal.CheckpointOfCreated => "Container cannot be checkpointed in created state",
        Refusal.CheckpointOfStopped => "Container cannot be checkpointed in stopped state",
        Refusal.WatchOfStopped => $"container with id {error.Object} is not running",
        Refusal.WatchWithoutMemory => "memory controller missing",
        Refusal.TerminalWithoutSocket => "cannot allocate tty if runc will detach without setting console socket",
        Refusal.SocketWithoutTerminal => "cannot use console socket if runc will not detach or allocate tty",
        Refusal.ProcessWithoutArgs => "/args: process args cannot be empty",
        Refusal.SchemataWithoutGroup => "updating a non-existent Intel RDT configuration is not supported",
        Refusal.ParentNotRelative => "--parent-path must be relative",
        Refusal.ParentNotThere => $"invalid --parent-path: {error.Object} is not a directory",
        Refusal.NoSpecFile => $"JSON specification file {error.Object} not found",
        Refusal.MapsOfAnother =>
            $"{error.SpecPointer}: user namespaces enabled, but both namespace path and non-matching mapping specified -- you may only provide one",
        Refusal.PathNotForSystemd => $"expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got \"{error.Object}\" instead",
        Refusal.UnknownVersion => In(error, $"unknown version specified: {error.Detail}"),
        Refusal.NoProcess => In(error, "process property must not be empty"),
        Refusal.NameWithoutUtsNamespace => In(error, $"unable to set {error.Detail} without a private UTS namespace"),
        Refusal.MapsWithoutUserNamespace => In(error, "user namespace mappings specified, but user namespace isn't enabled in the config"),
        Refusal.OffsetsWithoutTimeNamespace => In(error, "time namespace offsets specified, but time namespace isn't enabled in the config"),
        Refusal.OffsetsOfJoinedNamespace => In(error, "both a time namespace path and time offsets are specified; only one is possible"),
        Refusal.PathsWithoutMountNamespace => In(error, "unable to restrict sys entries without a private MNT namespace"),
        Refusal.DevicesWithoutNetworkNamespace => In(error, "unable to move network devices without a network namespace"),
        Refusal.SwapBelowLimit => In(error, $"memory+swap limit should be >= memory limit {error.Detail}"),
        Refusal.HalfMappedMount => In(error, "id-mapped mounts must have both uid and gid mappings specified"),
        Refusal.MappedMountNotBind => In(error, "id-mapped mounts are only supported for bind-mounts"),
        Refusal.SysctlOfHostIpc => In(error, $"sysctl \"{error.Detail}\" is not allowed in the hosts ipc namespace"),
        Refusal.SysctlOfHostNetwork => In(error, $"sysctl \"{error.Detail}\" not allowed in host network namespace"),
        Refusal.SysctlOfHostUsers => In(error, $"setting ucounts without a user namespace not allowed: {error.Detail}"),
        Refusal.SysctlOfHostname => In(error, "sysctl \"kernel.hostname\" is not allowed as it conflicts with the OCI \"hostname\" field"),
        Refusal.SysctlOfHost => In(error, $"sysctl \"{error.Detail}\" is not in a separate kernel namespace"),
        Refusal.MountInProc => In(error, $"\"{error.Detail}\" cannot be mounted because it is inside /proc"),
        Refusal.GroupsOfRootless => In(error, "cannot set any additional groups in a rootless container"),
        Refusal.NotASlice => $"linux.cgroupsPath: invalid slice name: {error.Object}",
        Refusal.UnknownCgroupsMode => $"invalid manage-cgroups-mode value: {error.Detail} is not soft, full, strict or ignore",
        Refusal.UnknownNetworkLock => $"invalid network-lock value: {error.Detail} is not iptables, nftables or skip",
        _ => null,
    };

    // Of a configuration: the file, unless that is plain, and the property.
    private static string In(OciException error, string problem) =>
        error.Object is { } file ? $"{file}: {error.SpecPointer}: {problem}" : $"{error.SpecPointer}: {problem}";
}
