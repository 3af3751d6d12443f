using System.ComponentModel;
using System.Management.Automation;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Common;

/// <summary>Base of the cmdlets that change one thing in a configuration: they return a changed copy, and leave the input object unchanged.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class SpecBuilderCmdlet : OciCmdlet
{
    /// <summary>The configuration.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [Alias("InputObject")]
    [SpecConversion]
    [ValidateNotNull]
    public OciSpec Spec { get; set; } = null!;

    /// <summary>Makes the change.</summary>
    /// <param name="spec">A copy.</param>
    private protected abstract void Change(OciSpec spec);

    /// <inheritdoc/>
    protected override void ProcessRecord() => Attempt(Spec, () =>
    {
        OciSpec changed = SpecEdits.Copy(Spec);
        Change(changed);
        WriteObject(changed);
    });
}
