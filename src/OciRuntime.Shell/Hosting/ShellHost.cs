using System.Globalization;
using System.Management.Automation.Host;

namespace OciRuntime.Shell.Hosting;

/// <summary>The host that the engine talks to.</summary>
internal sealed class ShellHost(bool nonInteractive) : PSHost
{
    public bool ShouldExit { get; private set; }

    public int ExitCode { get; private set; }

    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => "oci-pwsh";

    public override Version Version => ShellVersion.Number;

    public override PSHostUserInterface UI { get; } = new ShellUserInterface(nonInteractive);

    public override void SetShouldExit(int exitCode)
    {
        ShouldExit = true;
        // The kernel keeps eight bits, as it does for pwsh.
        ExitCode = exitCode & 0xff;
    }

    public override void EnterNestedPrompt() => throw new NotSupportedException("this host has no nested prompt");

    public override void ExitNestedPrompt()
    {
    }

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }
}
