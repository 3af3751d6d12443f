using System.Management.Automation;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Adds a hook to configurations: a program that is run at a point of the container's lifecycle, with its state on standard input.</summary>
[Cmdlet(VerbsCommon.Add, "OciHook")]
[OutputType(typeof(OciSpec))]
public sealed class AddOciHookCommand : SpecBuilderCmdlet
{
    /// <summary>When it is run (runtime-spec, config.md, POSIX-platform hooks).</summary>
    [Parameter(Position = 0, Mandatory = true)]
    [ValidateSet("CreateRuntime", "CreateContainer", "StartContainer", "Poststart", "Poststop", "Prestart")]
    public string Moment { get; set; } = string.Empty;

    /// <summary>The program: an absolute path, on this machine, or in the container for StartContainer.</summary>
    [Parameter(Position = 1, Mandatory = true)]
    [ValidatePattern("^/")]
    public string Path { get; set; } = string.Empty;

    /// <summary>Its arguments, without its own name.</summary>
    [Parameter(Position = 2)]
    [AllowEmptyString]
    [ValidateNotNull]
    public string[] Argument { get; set; } = [];

    /// <summary>Its environment: NAME=value, or a table.</summary>
    [Parameter]
    [EnvironmentConversion]
    public string[]? Env { get; set; }

    /// <summary>How long it may run, in whole seconds; after that it is killed, and the hook has failed.</summary>
    [Parameter]
    [DurationConversion]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    private protected override void Change(OciSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        OciHooks hooks = spec.Hooks ??= new OciHooks();
        List<OciHook> place = Moment.ToUpperInvariant() switch
        {
            "CREATERUNTIME" => hooks.CreateRuntime ??= [],
            "CREATECONTAINER" => hooks.CreateContainer ??= [],
            "STARTCONTAINER" => hooks.StartContainer ??= [],
            "POSTSTART" => hooks.Poststart ??= [],
            "POSTSTOP" => hooks.Poststop ??= [],
            _ => hooks.Prestart ??= [],
        };
        place.Add(new OciHook
        {
            Path = Path,
            Args = Argument.Length == 0 ? null : [Path, .. Argument],
            Env = Env is null ? null : [.. Env],
            Timeout = Timeout is { Ticks: > 0 } timeout ? (int)Math.Ceiling(Math.Min(timeout.TotalSeconds, int.MaxValue)) : null,
        });
    }
}
