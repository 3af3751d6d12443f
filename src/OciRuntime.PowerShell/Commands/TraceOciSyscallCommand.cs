using System.Management.Automation;
using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Seccomp.Tracing;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Completion;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Runs containers to their end and returns which system calls they made, and which rule of their profile decides each.</summary>
[Cmdlet(VerbsDiagnostic.Trace, "OciSyscall", SupportsShouldProcess = true)]
[OutputType(typeof(OciTracedSyscall))]
public sealed class TraceOciSyscallCommand : BundleCmdlet
{
    private readonly OutputTarget _output = new();
    private ForegroundProcess? _running;
    private SyscallTrace? _trace;

    /// <summary>The id of the container; default a new one.</summary>
    [Parameter(Position = 0)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    public string? Id { get; set; }

    /// <summary>The configuration to use instead of the bundle's config.json.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SpecConversion]
    [ValidateNotNull]
    public OciSpec? Spec { get; set; }

    private protected override OciSpec? GivenSpec => Spec;

    /// <summary>Calls that the container's profile fails with an errno get it, so that programs behave as they would.</summary>
    [Parameter]
    public SwitchParameter Enforce { get; set; }

    /// <summary>How long it may run: after that it is ended as by Ctrl+C, and the calls seen so far are returned.</summary>
    [Parameter]
    [DurationConversion]
    public TimeSpan Duration { get; set; } = Timeout.InfiniteTimeSpan;

    /// <summary>The process has a terminal: this program's if it has one.</summary>
    [Parameter]
    public SwitchParameter Tty { get; set; }

    /// <summary>The file that standard output is written to, byte for byte, instead of the information stream.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>The encoding of the lines of output; default utf8.</summary>
    [Parameter]
    [EncodingConversion]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    public Encoding Encoding { get; set; } = StdioFormat.Utf8;

    /// <summary>Makes an exit code other than 0 an error.</summary>
    [Parameter]
    public SwitchParameter ErrorOnExit { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!Attempt(Id ?? Bundle, Start))
            ExitCodes.NotStarted(this, LastError);
        if (_running is not null)
            Attempt(Id ?? Bundle, Finish);
        Release();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Release();
        base.Dispose(disposing);
    }

    private void Start()
    {
        ContainerRuntime runtime = RuntimeOf(Root);
        _trace = new SyscallTrace { Enforce = Enforce };
        string bundle = ResolvePath(Bundle);
        var request = new CreateRequest
        {
            Id = Id ?? NewId(),
            Bundle = bundle,
            Spec = SpecOf(bundle, Tty),
            NoPivot = NoPivot,
            NoNewKeyring = NoNewKeyring,
            ListenFds = ListenFd,
            PreserveFds = PreserveFd,
            Leashed = true,
            Stdio = StdioMode.Pipe,
            Trace = _trace,
        };
        string action = Messages.Trace(request.Id, request.Bundle);
        if (!ShouldProcess(IsWhatIf ? PlanLines.Describe(action, () => runtime.Plan(request), IsVerbose) : action, action, Messages.Caption))
            return;
        StdioFormat format = _output.Open(OutFile is null ? null : ResolvePath(OutFile), Encoding, bytes: false);
        ContainerProcess process = runtime.Run(request, StopToken);
        _running = new ForegroundProcess(this, process, format, _ => runtime.Delete(request.Id, force: true, CancellationToken.None), Duration, interactive: Tty, StopToken) { Line = Show };
    }

    private void Finish()
    {
        ExitRecord? exit = null;
        try
        {
            exit = _running!.Finish();
        }
        catch (OciException e) when (e.Code == OciErrorCode.Timeout)
        {
            ExitCodes.NotFinished(this, e.Code);
            WriteVerbose(e.Message);
        }
        // The container is gone by now: all its calls have been answered.
        foreach (OciTracedSyscall call in _trace!.Finish())
            WriteObject(call);
        if (exit is not null)
            ExitCodes.Report(this, exit, ErrorOnExit);
    }

    // Like Write-Host: on the screen, and available in the information stream. The pipeline is for the calls.
    private void Show(string line)
    {
        var record = new InformationRecord(new HostInformationMessage { Message = line }, MyInvocation.MyCommand.Name);
        record.Tags.Add("PSHOST");
        WriteInformation(record);
    }

    // The container first: it needs answers to its calls to end.
    private void Release()
    {
        _running?.Abandon();
        _running = null;
        _trace?.Dispose();
        _trace = null;
        _output.Dispose();
    }
}
