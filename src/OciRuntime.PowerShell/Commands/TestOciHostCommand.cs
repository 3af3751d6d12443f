using System.Management.Automation;
using OciRuntime.Core.Observe;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Completion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Reports what this machine offers for containers, what is missing, and what provides it.</summary>
[Cmdlet(VerbsDiagnostic.Test, "OciHost", DefaultParameterSetName = "Report")]
[Alias("tocih")]
[OutputType(typeof(HostItem), ParameterSetName = ["Report"])]
[OutputType(typeof(bool), ParameterSetName = ["Quiet"])]
public sealed class TestOciHostCommand : OciCmdlet
{
    /// <summary>Only these items.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(HostItemCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Only missing items.</summary>
    [Parameter(ParameterSetName = "Report")]
    public SwitchParameter Missing { get; set; }

    /// <summary>Returns true when all required items, or all named ones, are present, otherwise false.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Quiet")]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing() => Attempt(null, () =>
    {
        List<HostItem> all = HostReport.Read();
        WildcardPattern[] patterns = [.. Name.Select(static name => WildcardPattern.Get(name, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant))];
        List<HostItem> chosen = [.. all.Where(item => patterns.Any(pattern => pattern.IsMatch(item.Name)))];
        bool isUnknown = false;
        foreach (string name in Name.Where(name => !WildcardPattern.ContainsWildcardCharacters(name) && !chosen.Exists(item => item.Name.Equals(name, StringComparison.OrdinalIgnoreCase))))
        {
            isUnknown = true;
            WriteError(new ErrorRecord(new ItemNotFoundException(Messages.NoHostItem(name)), "HostItemNotFound", ErrorCategory.ObjectNotFound, name));
        }
        if (!Quiet)
            WriteObject(chosen.Where(item => !Missing || !item.Present), enumerateCollection: true);
        else
            WriteObject(!isUnknown && chosen.TrueForAll(item => item.Present || (!item.Required && !MyInvocation.BoundParameters.ContainsKey(nameof(Name)))));
    });
}
