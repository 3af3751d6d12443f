using System.Management.Automation;
using OciRuntime.Core.Lifecycle;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Writes running containers to files, from which Restore-OciContainer makes them again. By default they end with it and are removed.</summary>
[Cmdlet(VerbsData.Checkpoint, "OciContainer", SupportsShouldProcess = true, DefaultParameterSetName = "Id")]
[Alias("choci")]
[OutputType(typeof(OciCheckpoint))]
public sealed class CheckpointOciContainerCommand : ContainerCmdlet
{
    private LateProgress? _progress;

    /// <summary>The directory of the images: of one container that is named by its id, else the directory of a directory for each, called as its id.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string ImagePath { get; set; } = "checkpoint";

    /// <summary>The directory of criu's log; default that of the images.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WorkPath { get; set; }

    /// <summary>They run on.</summary>
    [Parameter]
    public SwitchParameter LeaveRunning { get; set; }

    /// <summary>Dump memory alone, and let them run on: a later checkpoint with -ParentPath has less to do.</summary>
    [Parameter]
    public SwitchParameter PreDump { get; set; }

    /// <summary>The images of a pre-dump: pages that have not changed since then are not written again.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ParentPath { get; set; }

    /// <summary>Dump TCP connections.</summary>
    [Parameter]
    public SwitchParameter TcpEstablished { get; set; }

    /// <summary>Leave connections out that are not established yet.</summary>
    [Parameter]
    public SwitchParameter TcpSkipInFlight { get; set; }

    /// <summary>Allow unix sockets whose other side is outside.</summary>
    [Parameter]
    public SwitchParameter ExternalUnixSocket { get; set; }

    /// <summary>Allow a session or a terminal that is the caller's.</summary>
    [Parameter]
    public SwitchParameter ShellJob { get; set; }

    /// <summary>Dump file locks.</summary>
    [Parameter]
    public SwitchParameter FileLock { get; set; }

    /// <summary>Give files a name again that are open and were removed.</summary>
    [Parameter]
    public SwitchParameter LinkRemap { get; set; }

    /// <summary>Take memory that is dumped again out of the earlier images.</summary>
    [Parameter]
    public SwitchParameter AutoDeduplicate { get; set; }

    /// <summary>What criu makes of cgroups.</summary>
    [Parameter]
    [ValidateSet("Soft", "Full", "Strict", "Ignore")]
    public string? CgroupMode { get; set; }

    /// <summary>How connections are held meanwhile.</summary>
    [Parameter]
    [ValidateSet("IpTables", "NfTables", "Skip")]
    public string? NetworkLock { get; set; }

    // One that was named by a pattern or came by the pipeline may be one of several.
    private bool IsAlone => !MyInvocation.ExpectingInput && Id is [var only] && !WildcardPattern.ContainsWildcardCharacters(only);

    private protected override bool SkipsStopped => true;

    /// <inheritdoc/>
    private protected override void ProcessContainer(ContainerRuntime runtime, string id)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        string images = PathOf(ImagePath, id);
        bool runsOn = LeaveRunning || PreDump;
        if (!ShouldProcess(runtime, id, container => Messages.Checkpoint(container, images, runsOn)))
            return;
        var request = new CheckpointRequest
        {
            Id = id,
            ImagePath = images,
            WorkPath = WorkPath is null ? null : PathOf(WorkPath, id),
            LeaveRunning = LeaveRunning,
            PreDump = PreDump,
            // criu finds the one from the other, wherever both are moved to.
            ParentPath = ParentPath is null ? null : Path.GetRelativePath(images, PathOf(ParentPath, id)),
            TcpEstablished = TcpEstablished,
            TcpSkipInFlight = TcpSkipInFlight,
            ExternalUnixSockets = ExternalUnixSocket,
            ShellJob = ShellJob,
            FileLocks = FileLock,
            LinkRemap = LinkRemap,
            AutoDeduplicate = AutoDeduplicate,
            ManageCgroupsMode = CgroupMode?.ToLowerInvariant(),
            NetworkLock = NetworkLock?.ToLowerInvariant(),
        };
        _progress ??= new LateProgress(this, Messages.CheckpointingContainers);
        WriteObject(LongCall.Make(_progress, Messages.Dumping(id), () => runtime.Checkpoint(request, StopToken), StopToken));
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => _progress?.Complete();

    private string PathOf(string path, string id) => IsAlone ? ResolvePath(path) : Path.Join(ResolvePath(path), id);
}
