using System.Management.Automation;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Returns the differences between two configurations, by property.</summary>
[Cmdlet(VerbsData.Compare, "OciSpec")]
[Alias("crocis")]
[OutputType(typeof(OciSpecDifference))]
public sealed class CompareOciSpecCommand : OciCmdlet
{
    /// <summary>The configuration to compare with.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    [Alias("Reference")]
    [SpecConversion]
    [ValidateNotNull]
    public OciSpec ReferenceSpec { get; set; } = null!;

    /// <summary>The configuration that is compared.</summary>
    [Parameter(Position = 1, Mandatory = true, ValueFromPipeline = true)]
    [Alias("Difference", "Spec", "InputObject")]
    [SpecConversion]
    [ValidateNotNull]
    public OciSpec DifferenceSpec { get; set; } = null!;

    /// <inheritdoc/>
    protected override void ProcessRecord() =>
        Attempt(DifferenceSpec, () => WriteObject(SpecComparison.Compare(ReferenceSpec, DifferenceSpec), enumerateCollection: true));
}
