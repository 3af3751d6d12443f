using System.Management.Automation;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Makes a configuration: runc's default without a terminal and with a writable root, changed by the parameters.</summary>
[Cmdlet(VerbsCommon.New, "OciSpec")]
[Alias("nocis")]
[OutputType(typeof(OciSpec))]
public sealed class NewOciSpecCommand : SpecCmdlet
{
    /// <summary>The program and its arguments; default sh.</summary>
    [Parameter(Position = 0, ValueFromRemainingArguments = true)]
    [Alias("Command")]
    [AllowEmptyString]
    [ValidateNotNull]
    [ValidateCount(1, int.MaxValue)]
    public string[]? Args { get; set; }

    /// <summary>The process has a terminal.</summary>
    [Parameter]
    public SwitchParameter Terminal { get; set; }

    /// <summary>The root filesystem; a relative path starts at the bundle. Default rootfs.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string RootfsPath { get; set; } = "rootfs";

    /// <summary>For an unprivileged user: a user namespace that maps root to this user.</summary>
    [Parameter]
    public SwitchParameter Rootless { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => CommandWords.Check(this, nameof(Args));

    /// <inheritdoc/>
    protected override void ProcessRecord() => Attempt(null, () =>
    {
        OciSpec spec = SpecDefaults.Create(Rootless);
        spec.Root = new OciRoot { Path = RootfsPath };
        spec.Hostname = "oci";
        spec.Process!.Terminal = Terminal;
        spec.Process.NoNewPrivileges = true;
        Edit(spec, Args);
        WriteObject(spec);
    });
}
