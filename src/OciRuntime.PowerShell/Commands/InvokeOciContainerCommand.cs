using System.Management.Automation;
using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Completion;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>
/// Runs a container in the foreground: its output goes to the pipeline, its exit code to $LASTEXITCODE, and it is removed at the end.
/// </summary>
[Cmdlet(VerbsLifecycle.Invoke, "OciContainer", SupportsShouldProcess = true, DefaultParameterSetName = "Foreground")]
[Alias("ioci")]
[OutputType(typeof(string), typeof(byte[]), ParameterSetName = ["Foreground"])]
[OutputType(typeof(OciContainer), ParameterSetName = ["Detach"])]
public sealed class InvokeOciContainerCommand : BundleCmdlet
{
    private readonly OutputTarget _output = new();
    private ForegroundProcess? _running;
    private bool _bundleIsGiven;

    /// <summary>The id of the container; default a new one.</summary>
    [Parameter(Position = 0)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    public string? Id { get; set; }

    /// <summary>The configuration to use instead of the bundle's config.json.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SpecConversion]
    [ValidateNotNull]
    public OciSpec? Spec { get; set; }

    private protected override OciSpec? GivenSpec => Spec;

    /// <summary>Standard input: bytes as they are, anything else as lines. Or bundles, when -Bundle is not given.</summary>
    [Parameter(ValueFromPipeline = true, ParameterSetName = "Foreground")]
    [AllowNull]
    [AllowEmptyString]
    public PSObject? InputObject { get; set; }

    /// <summary>The process has a terminal: this program's if it has one, otherwise a new one whose lines are the output.</summary>
    [Parameter]
    public SwitchParameter Tty { get; set; }

    /// <summary>Keeps the container after it has stopped.</summary>
    [Parameter(ParameterSetName = "Foreground")]
    public SwitchParameter Keep { get; set; }

    /// <summary>Makes an exit code other than 0 an error.</summary>
    [Parameter(ParameterSetName = "Foreground")]
    public SwitchParameter ErrorOnExit { get; set; }

    /// <summary>How long it may run: after that it is ended as by Ctrl+C, with an error; $LASTEXITCODE is 124.</summary>
    [Parameter(ParameterSetName = "Foreground")]
    [DurationConversion]
    public TimeSpan Timeout { get; set; } = System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>Returns standard output as byte arrays as they come, not as lines.</summary>
    [Parameter(ParameterSetName = "Foreground")]
    public SwitchParameter AsByteStream { get; set; }

    /// <summary>The file that standard output is written to, byte for byte, instead of the pipeline.</summary>
    [Parameter(ParameterSetName = "Foreground")]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>The encoding of lines, of output and of input; default utf8.</summary>
    [Parameter(ParameterSetName = "Foreground")]
    [EncodingConversion]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    public Encoding Encoding { get; set; } = StdioFormat.Utf8;

    /// <summary>Starts the container in the background, supervised, and returns it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Detach")]
    public SwitchParameter Detach { get; set; }

    /// <summary>How large a file of the log may grow, in bytes or such as 10m; -1 or unlimited for no limit.</summary>
    [Parameter(ParameterSetName = "Detach")]
    [SizeConversion]
    public long LogMaxSize { get; set; } = LogLimit.Default.MaxSize;

    /// <summary>How many files of the log are kept.</summary>
    [Parameter(ParameterSetName = "Detach")]
    [ValidateRange(1, 1000)]
    public int LogMaxFiles { get; set; } = LogLimit.Default.MaxFiles;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        // Piped input may be a bundle as long as none was named; without a pipeline the default bundle is meant.
        _bundleIsGiven = MyInvocation.BoundParameters.ContainsKey(nameof(Bundle)) || !MyInvocation.ExpectingInput;
        if (_bundleIsGiven && !Detach)
            Start();
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Detach)
        {
            Attempt(Id ?? Bundle, StartDetached);
            return;
        }
        // An object with a bundle's path was bound by property name, so it is not input.
        bool isBundle = !_bundleIsGiven && MyInvocation.BoundParameters.ContainsKey(nameof(Bundle));
        if (_running is null && !_bundleIsGiven)
            Start();
        if (_running is null)
            return;
        if (isBundle)
            Finish();
        else if (MyInvocation.ExpectingInput)
            Attempt(Id, () => _running.Send(InputObject));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_running is not null)
            Finish();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _running?.Abandon();
            _output.Dispose();
        }
        base.Dispose(disposing);
    }

    private CreateRequest Request(string id)
    {
        string bundle = ResolvePath(Bundle);
        return new CreateRequest
        {
            Id = id,
            Bundle = bundle,
            Spec = SpecOf(bundle, Tty),
            NoPivot = NoPivot,
            NoNewKeyring = NoNewKeyring,
            ListenFds = ListenFd,
            PreserveFds = PreserveFd,
            Supervised = Detach,
            Leashed = !Detach,
            LogLimit = new LogLimit(LogMaxSize, LogMaxFiles),
            Stdio = Detach ? StdioMode.Null : StdioMode.Pipe,
        };
    }

    private bool ShouldRun(ContainerRuntime runtime, CreateRequest request)
    {
        string action = Messages.Run(request.Id, request.Bundle);
        return ShouldProcess(IsWhatIf ? PlanLines.Describe(action, () => runtime.Plan(request), IsVerbose) : action, action, Messages.Caption);
    }

    private void Start()
    {
        bool started = Attempt(Id ?? Bundle, () =>
        {
            ContainerRuntime runtime = RuntimeOf(Root);
            CreateRequest request = Request(Id ?? NewId());
            if (!ShouldRun(runtime, request))
                return;
            StdioFormat format = _output.Open(OutFile is null ? null : ResolvePath(OutFile), Encoding, AsByteStream);
            ContainerProcess process = runtime.Run(request, StopToken);
            process.RecordExit = Keep;
            _running = new ForegroundProcess(this, process, format, completed => End(runtime, request.Id, completed), Timeout, interactive: Tty, StopToken);
        });
        if (!started)
            ExitCodes.NotStarted(this, LastError);
    }

    private void Finish()
    {
        ForegroundProcess running = _running!;
        if (!Attempt(Id, () => ExitCodes.Report(this, running.Finish(), ErrorOnExit)))
            ExitCodes.NotFinished(this, LastError);
        running.Dispose();
        _output.Dispose();
        _running = null;
    }

    // Not with the pipeline's token: that is cancelled after Ctrl+C, and this must still happen.
    private void End(ContainerRuntime runtime, string id, bool completed)
    {
        if (!Keep || !completed)
            runtime.Delete(id, force: true, CancellationToken.None);
    }

    private void StartDetached()
    {
        ContainerRuntime runtime = RuntimeOf(Root);
        CreateRequest request = Request(Id ?? NewId());
        if (!ShouldRun(runtime, request))
            return;
        runtime.Create(request, StopToken);
        try
        {
            WriteObject(runtime.Start(request.Id, StopToken));
        }
        catch (OciException)
        {
            runtime.Delete(request.Id, force: true, CancellationToken.None);
            throw;
        }
    }
}
