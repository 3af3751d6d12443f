using System.Management.Automation;
using OciRuntime.Core.Observe;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Gets what this runtime can do: the runtime-spec's features structure.</summary>
[Cmdlet(VerbsCommon.Get, "OciRuntimeFeature")]
[OutputType(typeof(OciRuntimeFeature))]
public sealed class GetOciRuntimeFeatureCommand : OciCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord() => WriteObject(RuntimeFeatures.Get());
}
