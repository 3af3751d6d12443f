using System.Management.Automation;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Completion;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Runs a shell in a container, at this terminal; exit or Ctrl+D returns.</summary>
[Cmdlet(VerbsCommon.Enter, "OciContainer", SupportsShouldProcess = true)]
[Alias("etoci")]
[OutputType(typeof(string))]
public sealed class EnterOciContainerCommand : RuntimeCmdlet
{
    private static readonly string[] Shells = ["bash", "ash", "sh"];

    private ForegroundProcess? _running;

    /// <summary>The container.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ContainerIdCompleter))]
    public string Id { get; set; } = string.Empty;

    /// <summary>The shell and its arguments; default the first of bash, ash and sh in the container.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string[] Shell { get; set; } = [];

    /// <summary>Environment variables added to the container's: NAME=value, or a table.</summary>
    [Parameter]
    [EnvironmentConversion]
    public string[] Env { get; set; } = [];

    /// <summary>Working directory inside; default the container's.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Cwd { get; set; }

    /// <summary>UID[:GID] inside; default the container's.</summary>
    [Parameter]
    [UserConversion]
    public string? User { get; set; }

    /// <summary>The state root; default /run/oci-runtime, or $XDG_RUNTIME_DIR/oci-runtime when rootless.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Root { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!Attempt(Id, Enter))
            ExitCodes.NotStarted(this, LastError);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _running?.Abandon();
        base.Dispose(disposing);
    }

    private void Enter()
    {
        ContainerRuntime runtime = RuntimeOf(Root);
        if (IsWhatIf)
            runtime.Get(Id);
        if (!ShouldProcess(Messages.Enter(Id), Messages.Enter(Id), Messages.Caption))
            return;
        ContainerProcess shell = Shell.Length > 0 ? Exec(runtime, Shell) : FirstShell(runtime);
        using var running = new ForegroundProcess(this, shell, new StdioFormat(StdioFormat.Utf8, false, null), onExit: null, Timeout.InfiniteTimeSpan, interactive: true, StopToken);
        _running = running;
        ExitCodes.Report(this, running.Finish(), errorOnExit: false);
    }

    // The container decides what is on its PATH, so the shells are tried by running them.
    private ContainerProcess FirstShell(ContainerRuntime runtime)
    {
        foreach (string shell in Shells)
        {
            try
            {
                return Exec(runtime, [shell]);
            }
            catch (OciException e) when (e.Code is OciErrorCode.CommandNotFound or OciErrorCode.CommandNotExecutable)
            {
                WriteDebug(e.Message);
            }
        }
        throw new OciException(OciErrorCode.CommandNotFound, Messages.NoShell(Id)) { Object = Id, Hint = Messages.NoShellHint };
    }

    private ContainerProcess Exec(ContainerRuntime runtime, string[] shell) => runtime.Exec(
        new ExecRequest
        {
            Id = Id,
            Args = shell,
            Env = Env,
            Cwd = Cwd,
            User = User,
            Terminal = true,
            Stdio = StdioMode.Pipe,
            Leashed = true,
        },
        StopToken);
}
