namespace OciRuntime.Core.Lifecycle;

/// <summary>A checkpoint: the settings that its restore needs too, and the statistics of criu.</summary>
public sealed class OciCheckpoint
{
    /// <summary>Id of the container that was dumped.</summary>
    public required string Id { get; init; }

    /// <summary>Absolute path of the image directory.</summary>
    public required string ImagePath { get; init; }

    /// <summary>Absolute path of the container's bundle.</summary>
    public required string Bundle { get; init; }

    /// <summary>The state root of the container.</summary>
    public required string Root { get; init; }

    /// <summary>When it was made, in local time.</summary>
    public DateTime Created { get; init; }

    /// <summary>Only memory was dumped, as the base of the next checkpoint; it can't be restored.</summary>
    public bool PreDump { get; init; }

    /// <summary>The container was left running.</summary>
    public bool LeaveRunning { get; init; }

    /// <summary>TCP connections were allowed.</summary>
    public bool TcpEstablished { get; init; }

    /// <summary>Unix sockets whose peer is outside the container were allowed.</summary>
    public bool ExternalUnixSocket { get; init; }

    /// <summary>A session or terminal of the caller was allowed.</summary>
    public bool ShellJob { get; init; }

    /// <summary>File locks were allowed.</summary>
    public bool FileLock { get; init; }

    /// <summary>Size of the files in the directory, in bytes.</summary>
    public long Size { get; init; }

    /// <summary>How long the processes were stopped; null if criu does not report it.</summary>
    public TimeSpan? FrozenTime { get; init; }

    /// <summary>Pages of memory that were written; null if criu does not report it.</summary>
    public long? PagesWritten { get; init; }

    /// <summary>Pages that were left out because the parent's images have them; null if criu does not report it.</summary>
    public long? PagesInParent { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Id;
}
