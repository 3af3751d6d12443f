using System.Management.Automation;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Observe;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Gets a record of what was launched: hashes of configuration, plan, seccomp program and helper, and what the kernel reports about the process. Compare-OciContainer compares with it later.</summary>
[Cmdlet(VerbsCommon.Get, "OciLaunchRecord", DefaultParameterSetName = "Id")]
[OutputType(typeof(OciLaunchRecord))]
public sealed class GetOciLaunchRecordCommand : ContainerCmdlet
{
    private protected override bool SkipsStopped => true;

    /// <inheritdoc/>
    private protected override void ProcessContainer(ContainerRuntime runtime, string id) => WriteObject(LaunchRecords.Take(runtime, id));
}
