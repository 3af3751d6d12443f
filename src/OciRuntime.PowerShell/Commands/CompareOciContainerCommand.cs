using System.Management.Automation;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Observe;
using OciRuntime.Core.Observe.Comparison;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Compares running containers with their configurations: what the kernel says otherwise.</summary>
[Cmdlet(VerbsData.Compare, "OciContainer", DefaultParameterSetName = "Id")]
[Alias("croci")]
[OutputType(typeof(OciContainerDifference))]
public sealed class CompareOciContainerCommand : ContainerCmdlet
{
    private protected override bool SkipsStopped => true;

    /// <inheritdoc/>
    protected override void ProcessContainer(ContainerRuntime runtime, string id)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        IReadOnlyList<OciContainerDifference> found = ContainerComparison.Compare(runtime, id);
        if (found.Count == 0)
            WriteVerbose(Messages.NoDifference(id));
        WriteObject(found, enumerateCollection: true);
    }
}
