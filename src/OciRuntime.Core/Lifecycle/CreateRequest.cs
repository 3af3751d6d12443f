using System.Runtime.InteropServices;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Seccomp.Tracing;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Lifecycle;

/// <summary>A request to create or run a container.</summary>
internal sealed class CreateRequest
{
    /// <summary>Container id.</summary>
    public required string Id { get; init; }

    /// <summary>Bundle directory; relative to the current directory.</summary>
    public required string Bundle { get; init; }

    /// <summary>Configuration to use instead of the bundle's config.json.</summary>
    public OciSpec? Spec { get; init; }

    /// <summary>Path of the unix socket that receives the pty master.</summary>
    public string? ConsoleSocket { get; init; }

    /// <summary>Path of the unix socket that receives init's pidfd.</summary>
    public string? PidfdSocket { get; init; }

    /// <summary>File that receives init's pid.</summary>
    public string? PidFile { get; init; }

    /// <summary>Use MS_MOVE and chroot(2) instead of pivot_root(2) (for a root on a ramdisk).</summary>
    public bool NoPivot { get; init; }

    /// <summary>Keep the caller's session keyring.</summary>
    public bool NoNewKeyring { get; init; }

    /// <summary>Listening sockets that the container's process inherits, from 3 on, with LISTEN_FDS and LISTEN_PID set (sd_listen_fds(3)).</summary>
    public IReadOnlyList<SafeHandle> ListenFds { get; init; } = [];

    /// <summary>Descriptors that the container's process inherits after <see cref="ListenFds"/>. The caller keeps them and closes them.</summary>
    public IReadOnlyList<SafeHandle> PreserveFds { get; init; } = [];

    /// <summary>A supervisor holds stdio, writes the log and records the exit.</summary>
    public bool Supervised { get; init; }

    /// <summary>How large a supervised container's log may grow.</summary>
    public LogLimit LogLimit { get; init; } = LogLimit.Default;

    /// <summary>Where stdin, stdout and stderr go. Ignored when supervised: stdin is /dev/null, the rest is the log.</summary>
    public StdioMode Stdio { get; init; } = StdioMode.Inherit;

    /// <summary>End and remove the container if this program ends before it, in whatever way. For <c>run</c> in the foreground.</summary>
    public bool Leashed { get; init; }

    /// <summary>
    /// Records the system calls of a <c>run</c>: a filter that reports them replaces the container's own, whose rules are only
    /// looked up. The caller keeps it, and disposes it when the container has ended.
    /// </summary>
    public SyscallTrace? Trace { get; init; }

    /// <summary>The command is <c>run --detach</c>: refuse a terminal without a console socket.</summary>
    public bool Detach { get; init; }
}

/// <summary>Where a process's stdin, stdout and stderr go.</summary>
internal enum StdioMode
{
    /// <summary>The runtime's own 0, 1 and 2.</summary>
    Inherit,
    /// <summary>Pipes whose other ends are streams of <see cref="ContainerProcess"/>.</summary>
    Pipe,
    /// <summary>/dev/null.</summary>
    Null,
}
