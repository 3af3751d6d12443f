using System.Management.Automation;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Observe;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Gets what supervised containers wrote, line by line.</summary>
[Cmdlet(VerbsCommon.Get, "OciContainerLog", DefaultParameterSetName = "Id")]
[Alias("gocil")]
[OutputType(typeof(LogRecord))]
public sealed class GetOciContainerLogCommand : ContainerCmdlet
{
    /// <summary>No more than this many of the last lines.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? Tail { get; set; }

    /// <summary>Lines of this time or later; a duration such as 10m counts back from now.</summary>
    [Parameter]
    [SinceConversion]
    public DateTimeOffset? Since { get; set; }

    /// <summary>Go on with new lines until the container has stopped.</summary>
    [Parameter]
    public SwitchParameter Follow { get; set; }

    /// <inheritdoc/>
    protected override void ProcessContainer(ContainerRuntime runtime, string id)
    {
        foreach (LogRecord record in ContainerLog.Read(runtime, id, Tail, Since, Follow, StopToken))
            WriteObject(record);
    }
}
