using OciRuntime.Core.Checkpoint;
using OciRuntime.Core.Criu;

namespace OciRuntime.Core.Lifecycle;

/// <summary>What a checkpoint and its restore have in common: criu(8) says more of each.</summary>
internal record CheckpointSettings
{
    /// <summary>Container id.</summary>
    public required string Id { get; init; }

    /// <summary>Directory of the images; relative to the current directory.</summary>
    public required string ImagePath { get; init; }

    /// <summary>Directory of criu's log and what else is not an image; null is that of the images. It is made.</summary>
    public string? WorkPath { get; init; }

    /// <summary>TCP connections are dumped and restored.</summary>
    public bool TcpEstablished { get; init; }

    /// <summary>Unix sockets whose other side is outside of the container are allowed.</summary>
    public bool ExternalUnixSockets { get; init; }

    /// <summary>A session or a terminal of the caller's is allowed.</summary>
    public bool ShellJob { get; init; }

    /// <summary>File locks are dumped and restored; nobody else may hold them.</summary>
    public bool FileLocks { get; init; }

    /// <summary>Memory that is in a later image is taken out of the earlier ones.</summary>
    public bool AutoDeduplicate { get; init; }

    /// <summary>Memory comes when it is touched (userfaultfd).</summary>
    public bool LazyPages { get; init; }

    /// <summary>What criu makes of cgroups: <c>soft</c>, <c>full</c>, <c>strict</c>, <c>ignore</c>; null is its own choice.</summary>
    public string? ManageCgroupsMode { get; init; }

    /// <summary>How connections are held meanwhile: <c>iptables</c>, <c>nftables</c>, <c>skip</c>; null is criu's own choice.</summary>
    public string? NetworkLock { get; init; }

    /// <summary>What of this is an option of criu; who asks adds what it knows of the container.</summary>
    /// <param name="logFile">Name of criu's log.</param>
    /// <exception cref="Errors.OciException">InvalidArgument: a word that criu does not know.</exception>
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
