using System.Diagnostics.CodeAnalysis;
using OciRuntime.Core.Criu;
using OciRuntime.Core.Planning;

namespace OciRuntime.Core.Lifecycle;

/// <summary>What is asked of a restore.</summary>
internal sealed record RestoreRequest : CheckpointSettings
{
    /// <summary>One whose settings are named one by one.</summary>
    public RestoreRequest()
    {
    }

    /// <summary>One with these settings.</summary>
    /// <param name="settings">What it has in common with a checkpoint.</param>
    /// <param name="bundle">The bundle's directory.</param>
    [SetsRequiredMembers]
    public RestoreRequest(CheckpointSettings settings, string bundle)
        : base(settings) => Bundle = bundle;

    /// <summary>Bundle directory; relative to the current directory.</summary>
    public required string Bundle { get; init; }

    /// <summary>Path of the unix socket that receives the pty master.</summary>
    public string? ConsoleSocket { get; init; }

    /// <summary>Where stdin, stdout and stderr go, where those of the dumped process were its caller's.</summary>
    public StdioMode Stdio { get; init; } = StdioMode.Inherit;

    /// <summary>A supervisor is its parent, which writes its output to the log and its end to the exit record. <see cref="Stdio"/> does not count then.</summary>
    public bool Supervised { get; init; }

    /// <summary>How large the log of a supervised one may grow.</summary>
    public LogLimit LogLimit { get; init; } = LogLimit.Default;

    /// <summary>File that receives init's pid.</summary>
    public string? PidFile { get; init; }

    /// <summary>Nobody waits for the process: refuse a terminal without console socket.</summary>
    public bool Detach { get; init; }

    /// <summary>Kept with the state; criu has its own way to the root.</summary>
    public bool NoPivot { get; init; }

    /// <summary>TCP connections are restored as closed ones.</summary>
    public bool TcpClose { get; init; }

    /// <summary>LSM profile in place of the dumped one: TYPE:NAME.</summary>
    public string? LsmProfile { get; init; }

    /// <summary>LSM context of mounts in place of the dumped one.</summary>
    public string? LsmMountContext { get; init; }

    /// <inheritdoc/>
    internal override CriuOptions Options(string logFile) => base.Options(logFile) with { TcpClose = TcpClose, LsmProfile = LsmProfile, LsmMountContext = LsmMountContext };

    /// <summary>The container as a create would make it, but for its processes: whatever concerns those is the restore's own.</summary>
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
