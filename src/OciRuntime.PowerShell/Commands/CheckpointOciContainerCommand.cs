using System.Management.Automation;
using OciRuntime.Core.Lifecycle;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Writes running containers to files, from which Restore-OciContainer restores them. By default they are stopped and removed.</summary>
[Cmdlet(VerbsData.Checkpoint, "OciContainer", SupportsShouldProcess = true, DefaultParameterSetName = "Id")]
[Alias("choci")]
[OutputType(typeof(OciCheckpoint))]
public sealed class CheckpointOciContainerCommand : ContainerCmdlet
{
    private LateProgress? _progress;

    /// <summary>The directory of the images of a single container named by its id; otherwise each container gets a directory below it, named by its id.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string ImagePath { get; set; } = "checkpoint";

    /// <summary>The directory of criu's log; default that of the images.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WorkPath { get; set; }

    /// <summary>Leaves the containers running.</summary>
    [Parameter]
    public SwitchParameter LeaveRunning { get; set; }

    /// <summary>Dumps only memory, and leaves the containers running: a later checkpoint with -ParentPath has less to do.</summary>
    [Parameter]
    public SwitchParameter PreDump { get; set; }

    /// <summary>The images of a pre-dump: unchanged pages are not written again.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ParentPath { get; set; }

    /// <summary>Dump TCP connections.</summary>
    [Parameter]
    public SwitchParameter TcpEstablished { get; set; }

    /// <summary>Leaves out connections that are not established yet.</summary>
    [Parameter]
    public SwitchParameter TcpSkipInFlight { get; set; }

    /// <summary>Allows unix sockets whose peer is outside the container.</summary>
    [Parameter]
    public SwitchParameter ExternalUnixSocket { get; set; }

    /// <summary>Allows the session or terminal of the caller.</summary>
    [Parameter]
    public SwitchParameter ShellJob { get; set; }

    /// <summary>Dump file locks.</summary>
    [Parameter]
    public SwitchParameter FileLock { get; set; }

    /// <summary>Gives a name back to open files that were removed.</summary>
    [Parameter]
    public SwitchParameter LinkRemap { get; set; }

    /// <summary>Removes memory from the earlier images that is dumped again.</summary>
    [Parameter]
    public SwitchParameter AutoDeduplicate { get; set; }

    /// <summary>How criu handles cgroups.</summary>
    [Parameter]
    [ValidateSet("Soft", "Full", "Strict", "Ignore")]
    public string? CgroupMode { get; set; }

    /// <summary>How connections are locked meanwhile.</summary>
    [Parameter]
    [ValidateSet("IpTables", "NfTables", "Skip")]
    public string? NetworkLock { get; set; }

    // A container named by a pattern, or from the pipeline, may be one of several.
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
            // criu finds one directory from the other, wherever both are moved.
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
