using System.Diagnostics.CodeAnalysis;
using OciRuntime.Core.Criu;

namespace OciRuntime.Core.Lifecycle;

/// <summary>What is asked of a checkpoint.</summary>
internal sealed record CheckpointRequest : CheckpointSettings
{
    /// <summary>One whose settings are named one by one.</summary>
    public CheckpointRequest()
    {
    }

    /// <summary>One with these settings.</summary>
    /// <param name="settings">What it has in common with a restore.</param>
    [SetsRequiredMembers]
    public CheckpointRequest(CheckpointSettings settings)
        : base(settings)
    {
    }

    /// <summary>The container runs on; else it is ended and removed.</summary>
    public bool LeaveRunning { get; init; }

    /// <summary>Only memory, and the container runs on: a later checkpoint with <see cref="ParentPath"/> has less to do.</summary>
    public bool PreDump { get; init; }

    /// <summary>Images of a pre-dump, relative to <see cref="CheckpointSettings.ImagePath"/>.</summary>
    public string? ParentPath { get; init; }

    /// <summary>Connections that are not established yet are left out.</summary>
    public bool TcpSkipInFlight { get; init; }

    /// <summary>Files that were removed get a name again.</summary>
    public bool LinkRemap { get; init; }

    /// <summary>Where memory goes instead of the images: address and port of a page server.</summary>
    public (string Address, int Port)? PageServer { get; init; }

    /// <summary>A descriptor that a NUL is written to once the server of lazy pages is ready; closed afterwards. It is the caller's.</summary>
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
