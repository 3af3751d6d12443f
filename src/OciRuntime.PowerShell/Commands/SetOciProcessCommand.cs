using System.Management.Automation;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Changes the process of configurations; properties that are not named stay unchanged.</summary>
[Cmdlet(VerbsCommon.Set, "OciProcess")]
[OutputType(typeof(OciSpec))]
public sealed class SetOciProcessCommand : SpecBuilderCmdlet
{
    /// <summary>The program and its arguments.</summary>
    [Parameter(Position = 0, ValueFromRemainingArguments = true)]
    [Alias("Command")]
    [AllowEmptyString]
    [ValidateNotNull]
    [ValidateCount(1, int.MaxValue)]
    public string[]? Args { get; set; }

    /// <summary>Environment variables, added or replaced: NAME=value, or a table.</summary>
    [Parameter]
    [EnvironmentConversion]
    public string[]? Env { get; set; }

    /// <summary>Working directory inside.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Cwd { get; set; }

    /// <summary>UID[:GID] inside.</summary>
    [Parameter]
    [UserConversion]
    public string? User { get; set; }

    /// <summary>Supplementary group ids.</summary>
    [Parameter]
    public uint[]? AdditionalGid { get; set; }

    /// <summary>The process has a terminal; -Terminal:$false removes it.</summary>
    [Parameter]
    public SwitchParameter Terminal { get; set; }

    /// <summary>Set-user-id programs and file capabilities have no effect inside; with :$false they do.</summary>
    [Parameter]
    public SwitchParameter NoNewPrivileges { get; set; }

    /// <summary>Resource limits of the process (setrlimit(2)) such as nofile=1024:4096; a limit replaces an existing one of its type.</summary>
    [Parameter]
    [ValidateNotNull]
    public OciRlimit[] Rlimit { get; set; } = [];

    /// <summary>How likely it is to be killed when memory runs out, -1000 to 1000.</summary>
    [Parameter]
    [ValidateRange(-1000, 1000)]
    public int? OomScoreAdj { get; set; }

    /// <summary>The AppArmor profile.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ApparmorProfile { get; set; }

    /// <summary>The SELinux label.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SelinuxLabel { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => CommandWords.Check(this, nameof(Args));

    /// <inheritdoc/>
    private protected override void Change(OciSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        SpecEdits.SetProcess(spec, Args, Env, Cwd, User);
        OciProcess process = spec.Process!;
        if (AdditionalGid is not null)
            process.User!.AdditionalGids = [.. AdditionalGid];
        if (MyInvocation.BoundParameters.ContainsKey(nameof(Terminal)))
            process.Terminal = Terminal;
        if (MyInvocation.BoundParameters.ContainsKey(nameof(NoNewPrivileges)))
            process.NoNewPrivileges = NoNewPrivileges;
        process.OomScoreAdj = OomScoreAdj ?? process.OomScoreAdj;
        process.ApparmorProfile = ApparmorProfile ?? process.ApparmorProfile;
        process.SelinuxLabel = SelinuxLabel ?? process.SelinuxLabel;
        if (Rlimit.Length > 0)
            process.Rlimits = [.. (process.Rlimits ?? []).Where(there => Rlimit.All(given => given.Type != there.Type)), .. Rlimit];
    }
}
