using System.Diagnostics.CodeAnalysis;
using OciRuntime.Core.Criu;
using OciRuntime.Core.Planning;

namespace OciRuntime.Core.Lifecycle;

/// <summary>A request for a restore.</summary>
internal sealed record RestoreRequest : CheckpointSettings
{
    /// <summary>A request whose settings are given one by one.</summary>
    public RestoreRequest()
    {
    }

    /// <summary>A request with these settings.</summary>
    /// <param name="settings">The settings that a checkpoint has too.</param>
    /// <param name="bundle">The bundle's directory.</param>
    [SetsRequiredMembers]
    public RestoreRequest(CheckpointSettings settings, string bundle)
        : base(settings) => Bundle = bundle;

    /// <summary>Bundle directory; relative to the current directory.</summary>
    public required string Bundle { get; init; }

    /// <summary>Path of the unix socket that receives the pty master.</summary>
    public string? ConsoleSocket { get; init; }

    /// <summary>Where stdin, stdout and stderr go, if those of the dumped process were its caller's.</summary>
    public StdioMode Stdio { get; init; } = StdioMode.Inherit;

    /// <summary>A supervisor is its parent, which writes its output to the log and its end to the exit record. <see cref="Stdio"/> is then ignored.</summary>
    public bool Supervised { get; init; }

    /// <summary>How large a supervised container's log may grow.</summary>
    public LogLimit LogLimit { get; init; } = LogLimit.Default;

    /// <summary>File that receives init's pid.</summary>
    public string? PidFile { get; init; }

    /// <summary>The caller does not wait: refuse a terminal without a console socket.</summary>
    public bool Detach { get; init; }

    /// <summary>Only recorded in the state; criu changes the root in its own way.</summary>
    public bool NoPivot { get; init; }

    /// <summary>Restore TCP connections as closed.</summary>
    public bool TcpClose { get; init; }

    /// <summary>LSM profile in place of the dumped one: TYPE:NAME.</summary>
    public string? LsmProfile { get; init; }

    /// <summary>LSM context of mounts in place of the dumped one.</summary>
    public string? LsmMountContext { get; init; }

    /// <inheritdoc/>
    internal override CriuOptions Options(string logFile) => base.Options(logFile) with { TcpClose = TcpClose, LsmProfile = LsmProfile, LsmMountContext = LsmMountContext };

    /// <summary>The request of a create of this container, without the parts that concern its processes.</summary>
    internal CreateRequest AsCreate() => new()
    {
        Id = Id,
        Bundle = Bundle,
        ConsoleSocket = ConsoleSocket,
        NoPivot = NoPivot,
        Detach = Detach,
        Supervised = Supervised,
        LogLimit = LogLimit,
    };
}
