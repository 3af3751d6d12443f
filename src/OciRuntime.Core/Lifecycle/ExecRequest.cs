using System.Runtime.InteropServices;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Lifecycle;

/// <summary>A request for exec. Properties that are null come from the container's own process.</summary>
internal sealed class ExecRequest
{
    /// <summary>Container id.</summary>
    public required string Id { get; init; }

    /// <summary>The whole process (<c>--process FILE</c>); the other properties of the process are then ignored.</summary>
    public OciProcess? Process { get; init; }

    /// <summary>argv.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>NAME=value entries to add to the container's environment.</summary>
    public IReadOnlyList<string> Env { get; init; } = [];

    /// <summary>Working directory.</summary>
    public string? Cwd { get; init; }

    /// <summary>UID[:GID], digits only.</summary>
    public string? User { get; init; }

    /// <summary>Supplementary groups to add.</summary>
    public IReadOnlyList<uint> AdditionalGids { get; init; } = [];

    /// <summary>Capabilities to add to the bounding, effective and permitted sets; never to inheritable.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>Run on a terminal.</summary>
    public bool Terminal { get; init; }

    /// <summary>Set no_new_privs; null takes the container's value.</summary>
    public bool? NoNewPrivileges { get; init; }

    /// <summary>SELinux label.</summary>
    public string? ProcessLabel { get; init; }

    /// <summary>AppArmor profile.</summary>
    public string? Apparmor { get; init; }

    /// <summary>Path of the unix socket that receives the pty master.</summary>
    public string? ConsoleSocket { get; init; }

    /// <summary>Path of the unix socket that receives the process's pidfd.</summary>
    public string? PidfdSocket { get; init; }

    /// <summary>File that receives the process's pid.</summary>
    public string? PidFile { get; init; }

    /// <summary>Listening sockets that it inherits, from 3 on, with LISTEN_FDS and LISTEN_PID set (sd_listen_fds(3)).</summary>
    public IReadOnlyList<SafeHandle> ListenFds { get; init; } = [];

    /// <summary>Descriptors that it inherits after <see cref="ListenFds"/>. The caller keeps them and closes them.</summary>
    public IReadOnlyList<SafeHandle> PreserveFds { get; init; } = [];

    /// <summary>Sub-cgroups to join: PATH or CONTROLLER[,CONTROLLER]:PATH.</summary>
    public IReadOnlyList<string> Cgroups { get; init; } = [];

    /// <summary>Allow exec in a paused container: the process starts when the container is resumed; the exec fails after a minute.</summary>
    public bool IgnorePaused { get; init; }

    /// <summary>Where stdio goes.</summary>
    public StdioMode Stdio { get; init; } = StdioMode.Inherit;

    /// <summary>If this program ends before it, in whatever way, end the process too, and the processes it started in its session.</summary>
    public bool Leashed { get; init; }

    /// <summary>The caller does not wait: refuse a terminal without a console socket.</summary>
    public bool Detach { get; init; }
}
