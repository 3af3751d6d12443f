using System.Diagnostics.CodeAnalysis;
using OciRuntime.Core.Criu;

namespace OciRuntime.Core.Lifecycle;

/// <summary>A request for a checkpoint.</summary>
internal sealed record CheckpointRequest : CheckpointSettings
{
    /// <summary>A request whose settings are given one by one.</summary>
    public CheckpointRequest()
    {
    }

    /// <summary>A request with these settings.</summary>
    /// <param name="settings">The settings that a restore has too.</param>
    [SetsRequiredMembers]
    public CheckpointRequest(CheckpointSettings settings)
        : base(settings)
    {
    }

    /// <summary>Let the container run on; otherwise it is ended and removed.</summary>
    public bool LeaveRunning { get; init; }

    /// <summary>Dump only memory, and let the container run on: a later checkpoint with <see cref="ParentPath"/> then has less to dump.</summary>
    public bool PreDump { get; init; }

    /// <summary>Images of a pre-dump, relative to <see cref="CheckpointSettings.ImagePath"/>.</summary>
    public string? ParentPath { get; init; }

    /// <summary>Leave out connections that are not established yet.</summary>
    public bool TcpSkipInFlight { get; init; }

    /// <summary>Give removed files that are still open a name again.</summary>
    public bool LinkRemap { get; init; }

    /// <summary>Address and port of a page server that receives the memory instead of the images.</summary>
    public (string Address, int Port)? PageServer { get; init; }

    /// <summary>A descriptor that receives a NUL byte once the server of lazy pages is ready, and is closed then.</summary>
    public System.Runtime.InteropServices.SafeHandle? StatusFd { get; init; }

    /// <inheritdoc/>
    internal override CriuOptions Options(string logFile) => base.Options(logFile) with
    {
        LeaveRunning = LeaveRunning,
        ParentImages = ParentPath,
        TcpSkipInFlight = TcpSkipInFlight,
        LinkRemap = LinkRemap,
        PageServer = PageServer,
    };
}
