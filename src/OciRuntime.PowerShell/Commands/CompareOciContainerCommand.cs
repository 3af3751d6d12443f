using System.Management.Automation;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Observe;
using OciRuntime.Core.Observe.Comparison;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Compares running containers with their configurations, and returns where the kernel differs.</summary>
[Cmdlet(VerbsData.Compare, "OciContainer", DefaultParameterSetName = "Id")]
[Alias("croci")]
[OutputType(typeof(OciContainerDifference))]
public sealed class CompareOciContainerCommand : ContainerCmdlet
{
    /// <summary>A record of Get-OciLaunchRecord, or the path of a file with its JSON: compare with that instead of the configuration.</summary>
    [Parameter]
    [LaunchRecordConversion]
    [ValidateNotNull]
    public OciLaunchRecord? Record { get; set; }

    private protected override bool SkipsStopped => true;

    /// <inheritdoc/>
    private protected override void ProcessContainer(ContainerRuntime runtime, string id)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        IReadOnlyList<OciContainerDifference> found = Record is null ? ContainerComparison.Compare(runtime, id) : LaunchRecords.Compare(runtime, id, Record);
        if (found.Count == 0)
            WriteVerbose(Record is null ? Messages.NoDifference(id) : Messages.SameLaunch(id));
        WriteObject(found, enumerateCollection: true);
    }
}
