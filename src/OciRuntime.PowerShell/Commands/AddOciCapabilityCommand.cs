using System.Management.Automation;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Completion;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Adds capabilities to the process of configurations.</summary>
[Cmdlet(VerbsCommon.Add, "OciCapability")]
[OutputType(typeof(OciSpec))]
public sealed class AddOciCapabilityCommand : SpecBuilderCmdlet
{
    /// <summary>The capabilities, with or without CAP_; ALL stands for all of them.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    [CapabilityConversion]
    [ArgumentCompleter(typeof(CapabilityCompleter))]
    public string[] Capability { get; set; } = [];

    /// <summary>The sets that they are added to; default Bounding, Effective and Permitted. An ambient capability needs Permitted and Inheritable too.</summary>
    [Parameter]
    [ValidateSet("Bounding", "Effective", "Inheritable", "Permitted", "Ambient")]
    public string[] Set { get; set; } = ["Bounding", "Effective", "Permitted"];

    /// <inheritdoc/>
    private protected override void Change(OciSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        OciCapabilities sets = (spec.Process ??= new OciProcess { Cwd = "/" }).Capabilities ??= new OciCapabilities();
        List<string>? With(List<string>? there, string set) => Set.Contains(set, StringComparer.OrdinalIgnoreCase) ? [.. (there ?? []).Union(Capability)] : there;
        sets.Bounding = With(sets.Bounding, "Bounding");
        sets.Effective = With(sets.Effective, "Effective");
        sets.Inheritable = With(sets.Inheritable, "Inheritable");
        sets.Permitted = With(sets.Permitted, "Permitted");
        sets.Ambient = With(sets.Ambient, "Ambient");
    }
}
