using System.Management.Automation;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Planning;
using OciRuntime.Core.State;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Restores containers from the images of Checkpoint-OciContainer; they continue where they were.</summary>
[Cmdlet(VerbsData.Restore, "OciContainer", SupportsShouldProcess = true)]
[Alias("rroci")]
[OutputType(typeof(OciContainer))]
public sealed class RestoreOciContainerCommand : RuntimeCmdlet
{
    private LateProgress? _progress;

    /// <summary>The id of the new container.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    public string Id { get; set; } = string.Empty;

    /// <summary>The bundle's directory; default the current location.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Bundle { get; set; } = ".";

    /// <summary>The directory of the images.</summary>
    [Parameter(Position = 2, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string ImagePath { get; set; } = "checkpoint";

    /// <summary>The directory of criu's log; default that of the images.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WorkPath { get; set; }

    /// <summary>The unix socket that receives the terminal's master side.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ConsoleSocket { get; set; }

    /// <summary>The file that receives the process id.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PidFile { get; set; }

    /// <summary>No supervisor: nobody records output and exit code.</summary>
    [Parameter]
    public SwitchParameter Unsupervised { get; set; }

    /// <summary>How large a file of the log may grow, in bytes or such as 10m; -1 or unlimited for no limit.</summary>
    [Parameter]
    [SizeConversion]
    public long LogMaxSize { get; set; } = LogLimit.Default.MaxSize;

    /// <summary>How many files of the log are kept.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int LogMaxFiles { get; set; } = LogLimit.Default.MaxFiles;

    /// <summary>Restore TCP connections.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter TcpEstablished { get; set; }

    /// <summary>Restore TCP connections as closed.</summary>
    [Parameter]
    public SwitchParameter TcpClose { get; set; }

    /// <summary>Allows unix sockets whose peer is outside the container.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter ExternalUnixSocket { get; set; }

    /// <summary>Allows the session or terminal of the caller.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter ShellJob { get; set; }

    /// <summary>Restore file locks.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SwitchParameter FileLock { get; set; }

    /// <summary>Removes restored memory from the images.</summary>
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

    /// <summary>The LSM profile in place of the dumped one: TYPE:NAME.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LsmProfile { get; set; }

    /// <summary>The LSM context of mounts in place of the dumped one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LsmMountContext { get; set; }

    /// <summary>What creates the container's cgroup: this program through the kernel's files, systemd as a transient scope, or nothing.</summary>
    [Parameter]
    public CgroupManagerKind CgroupManager { get; set; } = CgroupManagerKind.Cgroupfs;

    /// <summary>The state root; default /run/oci-runtime, or $XDG_RUNTIME_DIR/oci-runtime when rootless.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Root { get; set; }

    private protected override CgroupManagerKind ManagerOfNew => CgroupManager;

    /// <inheritdoc/>
    protected override void ProcessRecord() => Attempt(Id, Restore);

    /// <inheritdoc/>
    protected override void EndProcessing() => _progress?.Complete();

    private void Restore()
    {
        ContainerRuntime runtime = RuntimeOf(Root);
        var request = new RestoreRequest
        {
            Id = Id,
            Bundle = ResolvePath(Bundle),
            ImagePath = ResolvePath(ImagePath),
            WorkPath = ResolveOptionalPath(WorkPath),
            ConsoleSocket = ResolveOptionalPath(ConsoleSocket),
            PidFile = ResolveOptionalPath(PidFile),
            Detach = true,
            Supervised = !Unsupervised,
            LogLimit = new LogLimit(LogMaxSize, LogMaxFiles),
            Stdio = StdioMode.Null,
            TcpEstablished = TcpEstablished,
            TcpClose = TcpClose,
            ExternalUnixSockets = ExternalUnixSocket,
            ShellJob = ShellJob,
            FileLocks = FileLock,
            AutoDeduplicate = AutoDeduplicate,
            ManageCgroupsMode = CgroupMode?.ToLowerInvariant(),
            NetworkLock = NetworkLock?.ToLowerInvariant(),
            LsmProfile = LsmProfile,
            LsmMountContext = LsmMountContext,
        };
        string action = Messages.Restore(Id, request.ImagePath, request.Bundle);
        if (!ShouldProcess(action, action, Messages.Caption))
            return;
        _progress ??= new LateProgress(this, Messages.RestoringContainers);
        LongCall.Make(_progress, Messages.Restoring(Id), () => runtime.Restore(request, StopToken), StopToken).Dispose();
        WriteObject(runtime.Get(Id));
    }
}
