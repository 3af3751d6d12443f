using System.Management.Automation;
using System.Runtime.InteropServices;
using System.Text;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Observe;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Completion;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Runs another process in a container: its output goes to the pipeline, its exit code to $LASTEXITCODE.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "OciContainerCommand", SupportsShouldProcess = true, DefaultParameterSetName = "Command")]
[Alias("iocic")]
[OutputType(typeof(string), typeof(byte[]), typeof(OciContainerProcess))]
public sealed class InvokeOciContainerCommandCommand : RuntimeCmdlet
{
    private readonly OutputTarget _output = new();
    private ForegroundProcess? _running;
    private bool _idIsGiven;

    /// <summary>The container.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ContainerIdCompleter))]
    public string Id { get; set; } = string.Empty;

    /// <summary>The program and its arguments.</summary>
    [Parameter(Position = 1, Mandatory = true, ParameterSetName = "Command", ValueFromRemainingArguments = true)]
    [Alias("Args")]
    [AllowEmptyString]
    [ValidateNotNull]
    [ValidateCount(1, int.MaxValue)]
    public string[] Command { get; set; } = [];

    /// <summary>The whole process, as in config.json.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Process")]
    [ValidateNotNull]
    public OciProcess? Process { get; set; }

    /// <summary>Standard input: bytes as they are, anything else as lines. Or containers, when -Id is not given.</summary>
    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    public PSObject? InputObject { get; set; }

    /// <summary>Environment variables added to the container's: NAME=value, or a table.</summary>
    [Parameter(ParameterSetName = "Command")]
    [EnvironmentConversion]
    public string[] Env { get; set; } = [];

    /// <summary>Working directory inside; default the container's.</summary>
    [Parameter(ParameterSetName = "Command")]
    [ValidateNotNullOrEmpty]
    public string? Cwd { get; set; }

    /// <summary>UID[:GID] inside; default the container's.</summary>
    [Parameter(ParameterSetName = "Command")]
    [UserConversion]
    public string? User { get; set; }

    /// <summary>Capabilities added (bounding, effective, permitted), with or without CAP_.</summary>
    [Parameter(ParameterSetName = "Command")]
    [CapabilityConversion]
    [ArgumentCompleter(typeof(CapabilityCompleter))]
    public string[] Capability { get; set; } = [];

    /// <summary>The process has a terminal: this program's if it has one, otherwise a new one whose lines are the output.</summary>
    [Parameter(ParameterSetName = "Command")]
    public SwitchParameter Tty { get; set; }

    /// <summary>Files, sockets or pipes of this process that the new process inherits, the first as descriptor 3.</summary>
    [Parameter]
    [DescriptorConversion]
    public SafeHandle[] PreserveFd { get; set; } = [];

    /// <summary>Makes an exit code other than 0 an error.</summary>
    [Parameter]
    public SwitchParameter ErrorOnExit { get; set; }

    /// <summary>How long it may run: after that it is ended as by Ctrl+C, with an error; $LASTEXITCODE is 124.</summary>
    [Parameter]
    [DurationConversion]
    public TimeSpan Timeout { get; set; } = System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>Leaves it running in the container, without input and output, and returns the process.</summary>
    [Parameter]
    public SwitchParameter Detach { get; set; }

    /// <summary>Returns standard output as byte arrays as they come, not as lines.</summary>
    [Parameter]
    public SwitchParameter AsByteStream { get; set; }

    /// <summary>The file that standard output is written to, byte for byte, instead of the pipeline.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>The encoding of lines, of output and of input; default utf8.</summary>
    [Parameter]
    [EncodingConversion]
    [ArgumentCompleter(typeof(EncodingCompleter))]
    public Encoding Encoding { get; set; } = StdioFormat.Utf8;

    /// <summary>The state root; default /run/oci-runtime, or $XDG_RUNTIME_DIR/oci-runtime when rootless.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Root { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        CommandWords.Check(this, nameof(Command));
        _idIsGiven = MyInvocation.BoundParameters.ContainsKey(nameof(Id));
        if (_idIsGiven)
            Start();
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!_idIsGiven)
        {
            // The object named the container, so it is not input.
            Start();
            Finish();
        }
        else if (MyInvocation.ExpectingInput && _running is { } running)
        {
            Attempt(Id, () => running.Send(InputObject));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => Finish();

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

    private void Start()
    {
        bool started = Attempt(Id, () =>
        {
            var request = new ExecRequest
            {
                Id = Id,
                Process = Process,
                Args = Command,
                Env = Env,
                Cwd = Cwd,
                User = User,
                Capabilities = Capability,
                Terminal = Tty,
                PreserveFds = PreserveFd,
                Stdio = Detach ? StdioMode.Null : StdioMode.Pipe,
                Detach = Detach,
                Leashed = !Detach,
            };
            string action = Messages.Exec(Id, string.Join(' ', Process?.Args ?? [.. Command]));
            ContainerRuntime runtime = RuntimeOf(RootOfInput() ?? Root);
            if (IsWhatIf)
                runtime.Get(Id);
            if (!ShouldProcess(action, action, Messages.Caption))
                return;
            if (Detach)
            {
                StartDetached(runtime, request);
                return;
            }
            StdioFormat format = _output.Open(OutFile is null ? null : ResolvePath(OutFile), Encoding, AsByteStream);
            ContainerProcess process = runtime.Exec(request, StopToken);
            _running = new ForegroundProcess(this, process, format, onExit: null, Timeout, interactive: Tty, StopToken);
        });
        if (!started)
            ExitCodes.NotStarted(this, LastError);
    }

    private void StartDetached(ContainerRuntime runtime, ExecRequest request)
    {
        using ContainerProcess process = runtime.Exec(request, StopToken);
        if (OciContainerProcess.TryRead(Id, process.Pid) is { } started)
            WriteObject(started);
    }

    // The root of a piped container overrides -Root, which may be a default of the session.
    private string? RootOfInput() => !_idIsGiven && InputObject?.Properties["Root"]?.Value is string root ? root : null;

    private void Finish()
    {
        if (_running is not { } running)
            return;
        if (!Attempt(Id, () => ExitCodes.Report(this, running.Finish(), ErrorOnExit)))
            ExitCodes.NotFinished(this, LastError);
        running.Dispose();
        _output.Dispose();
        _running = null;
    }
}
