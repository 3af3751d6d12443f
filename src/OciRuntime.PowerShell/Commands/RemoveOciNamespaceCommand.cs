using System.Management.Automation;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Completion;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Removes namespaces from configurations: the container then shares those of this machine.</summary>
[Cmdlet(VerbsCommon.Remove, "OciNamespace")]
[OutputType(typeof(OciSpec))]
public sealed class RemoveOciNamespaceCommand : SpecBuilderCmdlet
{
    /// <summary>Their types.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    [NamespaceConversion]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public OciNamespace[] Type { get; set; } = [];

    /// <inheritdoc/>
    private protected override void Change(OciSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        spec.Linux?.Namespaces?.RemoveAll(there => Type.Any(removed => removed.Type == there.Type));
    }
}
