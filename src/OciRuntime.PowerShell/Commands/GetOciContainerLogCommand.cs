using System.Management.Automation;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Observe;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Gets the output of supervised containers, line by line; several logs are merged by time.</summary>
[Cmdlet(VerbsCommon.Get, "OciContainerLog", DefaultParameterSetName = "Id")]
[Alias("gocil")]
[OutputType(typeof(LogRecord))]
public sealed class GetOciContainerLogCommand : ContainerCmdlet
{
    /// <summary>The first type name of records of several containers, which selects a view with ids.</summary>
    private const string OneOfSeveral = "OciRuntime.Core.Observe.LogRecord#Several";

    private readonly LogMerge _logs = new();

    /// <summary>At most this many of the last lines of each container.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? Tail { get; set; }

    /// <summary>Lines of this time or later; a duration such as 10m counts back from now.</summary>
    [Parameter]
    [SinceConversion]
    public DateTimeOffset? Since { get; set; }

    /// <summary>Lines of this time or earlier; a duration such as 10m counts back from now.</summary>
    [Parameter]
    [SinceConversion]
    public DateTimeOffset? Until { get; set; }

    /// <summary>Continues with new lines until the containers have stopped, or until -Until.</summary>
    [Parameter]
    public SwitchParameter Follow { get; set; }

    /// <inheritdoc/>
    private protected override void ProcessContainer(ContainerRuntime runtime, string id) => _logs.Add(runtime, id);

    // All containers must be known before the first line.
    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var span = new LogSpan { Tail = Tail, Since = Since, Until = Until, Follow = Follow };
        Attempt(null, () =>
        {
            foreach (LogRecord record in _logs.Read(span, (id, e) => WriteError(ErrorRecords.From(e, id)), StopToken))
            {
                var written = new PSObject(record);
                if (_logs.Count > 1)
                    written.TypeNames.Insert(0, OneOfSeveral);
                WriteObject(written);
            }
        });
    }
}
