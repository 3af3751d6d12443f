using OciRuntime.Core.Checkpoint;
using OciRuntime.Core.Criu;

namespace OciRuntime.Core.Lifecycle;

/// <summary>Settings that a checkpoint and its restore share; criu(8) documents each.</summary>
internal record CheckpointSettings
{
    /// <summary>Container id.</summary>
    public required string Id { get; init; }

    /// <summary>Directory of the images; relative to the current directory.</summary>
    public required string ImagePath { get; init; }

    /// <summary>Directory of criu's log and other files that are not images, made if missing; null for that of the images.</summary>
    public string? WorkPath { get; init; }

    /// <summary>Dump and restore TCP connections.</summary>
    public bool TcpEstablished { get; init; }

    /// <summary>Allow unix sockets whose peer is outside the container.</summary>
    public bool ExternalUnixSockets { get; init; }

    /// <summary>Allow a session or terminal that belongs to the caller.</summary>
    public bool ShellJob { get; init; }

    /// <summary>Dump and restore file locks; processes outside the container may not hold them.</summary>
    public bool FileLocks { get; init; }

    /// <summary>Remove memory from earlier images if a later one has it.</summary>
    public bool AutoDeduplicate { get; init; }

    /// <summary>Load memory on first access (userfaultfd).</summary>
    public bool LazyPages { get; init; }

    /// <summary>How criu manages cgroups: <c>soft</c>, <c>full</c>, <c>strict</c> or <c>ignore</c>; null for its default.</summary>
    public string? ManageCgroupsMode { get; init; }

    /// <summary>How connections are locked meanwhile: <c>iptables</c>, <c>nftables</c> or <c>skip</c>; null for criu's default.</summary>
    public string? NetworkLock { get; init; }

    /// <summary>These settings as options of criu; the caller adds those that depend on the container.</summary>
    /// <param name="logFile">Name of criu's log.</param>
    /// <exception cref="Errors.OciException">InvalidArgument: a value that criu does not know.</exception>
    internal virtual CriuOptions Options(string logFile) => new()
    {
        ImagesDirectory = -1,
        LogFile = logFile,
        TcpEstablished = TcpEstablished,
        ExternalUnixSockets = ExternalUnixSockets,
        ShellJob = ShellJob,
        FileLocks = FileLocks,
        AutoDeduplicate = AutoDeduplicate,
        LazyPages = LazyPages,
        CgroupMode = CriuSettings.CgroupMode(ManageCgroupsMode),
        NetworkLock = CriuSettings.NetworkLock(NetworkLock),
    };
}
