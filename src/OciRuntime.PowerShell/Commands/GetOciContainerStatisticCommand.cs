using System.Management.Automation;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Observe;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Gets what containers use: CPUs, memory, devices, network, processes; once or repeatedly.</summary>
[Cmdlet(VerbsCommon.Get, "OciContainerStatistic", DefaultParameterSetName = "Id")]
[Alias("gocis")]
[OutputType(typeof(OciContainerStatistic))]
public sealed class GetOciContainerStatisticCommand : ContainerCmdlet
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly StatisticRounds _rounds = new();

    /// <summary>Reads again at this interval, until the containers have ended.</summary>
    [Parameter]
    [DurationConversion]
    public TimeSpan? Interval { get; set; }

    /// <summary>How often to read; one second apart unless -Interval is given.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? Count { get; set; }

    private protected override bool SkipsStopped => true;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (Interval <= TimeSpan.Zero)
            ThrowTerminatingError(ErrorRecords.From(new OciException(OciErrorCode.InvalidArgument, Messages.IntervalExpected()), Interval));
    }

    /// <inheritdoc/>
    private protected override void ProcessContainer(ContainerRuntime runtime, string id)
    {
        if (Interval is not null || Count > 1)
        {
            _rounds.Add(runtime, id);
            return;
        }
        using var one = new StatisticRounds();
        one.Add(runtime, id);
        foreach (OciContainerStatistic statistic in one.Read(Second, rounds: 1, StopToken))
            WriteObject(statistic);
    }

    // Every round covers all containers, so all must be known.
    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_rounds.Count > 0)
            Attempt(null, WriteRounds);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _rounds.Dispose();
        base.Dispose(disposing);
    }

    private void WriteRounds()
    {
        foreach (OciContainerStatistic statistic in _rounds.Read(Interval ?? Second, Count, StopToken))
            WriteObject(statistic);
    }
}
