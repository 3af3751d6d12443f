namespace OciRuntime.Core.Lifecycle;

/// <summary>A checkpoint that was made: all that a restore must be told again, and what criu says of its work.</summary>
public sealed class OciCheckpoint
{
    /// <summary>Id of the container that was dumped.</summary>
    public required string Id { get; init; }

    /// <summary>Absolute path of the directory of the images.</summary>
    public required string ImagePath { get; init; }

    /// <summary>Absolute path of the container's bundle.</summary>
    public required string Bundle { get; init; }

    /// <summary>The state root that the container lives or lived in.</summary>
    public required string Root { get; init; }

    /// <summary>When it was made, local time.</summary>
    public DateTime Created { get; init; }

    /// <summary>Only memory was dumped: a start for the next checkpoint, nothing to restore.</summary>
    public bool PreDump { get; init; }

    /// <summary>The container runs on.</summary>
    public bool LeaveRunning { get; init; }

    /// <summary>It may have TCP connections.</summary>
    public bool TcpEstablished { get; init; }

    /// <summary>It may have unix sockets whose other side is outside.</summary>
    public bool ExternalUnixSocket { get; init; }

    /// <summary>It may have a session or a terminal of the caller's.</summary>
    public bool ShellJob { get; init; }

    /// <summary>It may have file locks.</summary>
    public bool FileLock { get; init; }

    /// <summary>Bytes of the files in the directory.</summary>
    public long Size { get; init; }

    /// <summary>How long its processes were stopped for it; null when criu does not say.</summary>
    public TimeSpan? FrozenTime { get; init; }

    /// <summary>Pages of memory that were written; null when criu does not say.</summary>
    public long? PagesWritten { get; init; }

    /// <summary>Pages that were left out because the parent's images have them; null when criu does not say.</summary>
    public long? PagesInParent { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Id;
}
