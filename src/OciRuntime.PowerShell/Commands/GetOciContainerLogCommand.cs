using System.Management.Automation;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Observe;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Gets what supervised containers wrote.</summary>
[Cmdlet(VerbsCommon.Get, "OciContainerLog", DefaultParameterSetName = "Id")]
[OutputType(typeof(LogRecord))]
public sealed class GetOciContainerLogCommand : ContainerCmdlet
{
    /// <summary>No more than the last lines.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int Tail { get; set; } = -1;

    /// <summary>Lines of this time or later.</summary>
    [Parameter]
    public DateTimeOffset? Since { get; set; }

    /// <summary>Goes on with new lines until the container has stopped.</summary>
    [Parameter]
    public SwitchParameter Follow { get; set; }

    /// <inheritdoc/>
    protected override void ProcessContainer(ContainerRuntime runtime, string id)
    {
        foreach (LogRecord record in ContainerLog.Read(runtime, id, Tail < 0 ? null : Tail, Since, Follow, StopToken))
            WriteObject(record);
    }
}
