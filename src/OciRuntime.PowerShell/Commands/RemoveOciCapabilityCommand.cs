using System.Management.Automation;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Completion;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Removes capabilities from every set of the process of configurations.</summary>
[Cmdlet(VerbsCommon.Remove, "OciCapability")]
[OutputType(typeof(OciSpec))]
public sealed class RemoveOciCapabilityCommand : SpecBuilderCmdlet
{
    /// <summary>The capabilities, with or without CAP_; ALL stands for all of them.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    [CapabilityConversion]
    [ArgumentCompleter(typeof(CapabilityCompleter))]
    public string[] Capability { get; set; } = [];

    /// <inheritdoc/>
    private protected override void Change(OciSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.Process?.Capabilities is not { } sets)
            return;
        sets.Bounding = Without(sets.Bounding);
        sets.Effective = Without(sets.Effective);
        sets.Inheritable = Without(sets.Inheritable);
        sets.Permitted = Without(sets.Permitted);
        sets.Ambient = Without(sets.Ambient);
    }

    private List<string>? Without(List<string>? set) => set is null ? null : [.. set.Except(Capability)];
}
