using System.Management.Automation;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Observe;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Gets the processes of containers.</summary>
[Cmdlet(VerbsCommon.Get, "OciContainerProcess", DefaultParameterSetName = "Id")]
[Alias("gocip")]
[OutputType(typeof(OciContainerProcess))]
public sealed class GetOciContainerProcessCommand : ContainerCmdlet
{
    /// <inheritdoc/>
    private protected override void ProcessContainer(ContainerRuntime runtime, string id)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        foreach (int pid in runtime.Processes(id).Order())
        {
            if (OciContainerProcess.TryRead(id, pid) is { } process)
                WriteObject(process);
        }
    }
}
