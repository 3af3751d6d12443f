using System.Management.Automation;
using OciRuntime.Core.Hardening;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Completion;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Tries attacks on this machine from inside containers, and reports which are held off. They do no harm and leave nothing behind.</summary>
[Cmdlet(VerbsDiagnostic.Test, "OciHardening")]
[OutputType(typeof(OciAttack), typeof(bool))]
public sealed class TestOciHardeningCommand : OciCmdlet
{
    /// <summary>Only these attacks.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(AttackCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <summary>The configuration whose defences are tested; default that of New-OciSpec with Docker's seccomp filter. Its program, root filesystem and hooks are not used.</summary>
    [Parameter(ValueFromPipeline = true)]
    [SpecConversion]
    [ValidateNotNull]
    public OciSpec? Spec { get; set; }

    /// <summary>Returns true when every attack that could be tried was held off, otherwise false.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => Attempt(Spec, () =>
    {
        WildcardPattern[] patterns = [.. Name.Select(static name => WildcardPattern.Get(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant))];
        bool allHeld = true;
        foreach (string name in Name.Where(static name => !WildcardPattern.ContainsWildcardCharacters(name) && !HardeningTest.Attacks.Any(attack => attack.Name.Equals(name, StringComparison.OrdinalIgnoreCase))))
        {
            allHeld = false;
            WriteError(new ErrorRecord(new ItemNotFoundException(Messages.NoAttack(name)), "AttackNotFound", ErrorCategory.ObjectNotFound, name));
        }
        foreach (OciAttack attack in HardeningTest.Run(name => Array.Exists(patterns, pattern => pattern.IsMatch(name)), Spec, Log, StopToken))
        {
            FlushLog();
            allHeld &= attack.Held != false;
            if (!Quiet)
                WriteObject(attack);
        }
        if (Quiet)
            WriteObject(allHeld);
    });
}
