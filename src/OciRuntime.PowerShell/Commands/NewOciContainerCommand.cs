using System.Management.Automation;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Creates a container from a bundle; its process waits for Start-OciContainer.</summary>
[Cmdlet(VerbsCommon.New, "OciContainer", SupportsShouldProcess = true)]
[Alias("noci")]
[OutputType(typeof(OciContainer))]
public sealed class NewOciContainerCommand : BundleCmdlet
{
    /// <summary>The id of the new container.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    public string Id { get; set; } = string.Empty;

    /// <summary>The configuration to use instead of the bundle's config.json.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SpecConversion]
    [ValidateNotNull]
    public OciSpec? Spec { get; set; }

    private protected override OciSpec? GivenSpec => Spec;

    /// <summary>The unix socket that receives the terminal's master side.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ConsoleSocket { get; set; }

    /// <summary>The file that receives the process id.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PidFile { get; set; }

    /// <summary>No supervisor: nobody records output and exit code, and this process is the parent.</summary>
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

    /// <inheritdoc/>
    protected override void ProcessRecord() => Attempt(Id, Create);

    private void Create()
    {
        ContainerRuntime runtime = RuntimeOf(Root);
        string bundle = ResolvePath(Bundle);
        var request = new CreateRequest
        {
            Id = Id,
            Bundle = bundle,
            Spec = SpecOf(bundle),
            ConsoleSocket = ResolveOptionalPath(ConsoleSocket),
            PidFile = ResolveOptionalPath(PidFile),
            NoPivot = NoPivot,
            NoNewKeyring = NoNewKeyring,
            ListenFds = ListenFd,
            PreserveFds = PreserveFd,
            Supervised = !Unsupervised,
            LogLimit = new LogLimit(LogMaxSize, LogMaxFiles),
            Stdio = StdioMode.Null,
        };
        string action = Messages.Create(Id, request.Bundle);
        if (ShouldProcess(IsWhatIf ? PlanLines.Describe(action, () => runtime.Plan(request), IsVerbose) : action, action, Messages.Caption))
            WriteObject(runtime.Create(request, StopToken));
    }
}
