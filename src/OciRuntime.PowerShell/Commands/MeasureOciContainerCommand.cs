using System.Diagnostics;
using System.Management.Automation;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Conversion;
using OciRuntime.PowerShell.Output;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Creates a container, removes it, and returns how long each step of its launch took.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "OciContainer", SupportsShouldProcess = true)]
[Alias("msoci")]
[OutputType(typeof(OciLaunchTime))]
public sealed class MeasureOciContainerCommand : BundleCmdlet
{
    // Stands for the runtime's own work around the steps of the plan.
    private const int Outside = -1;

    private readonly List<LaunchTimeline> _timelines = [];

    /// <summary>The id of the container that is made and removed.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    public string? Id { get; set; }

    /// <summary>The configuration to use instead of the bundle's config.json.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SpecConversion]
    [ValidateNotNull]
    public OciSpec? Spec { get; set; }

    private protected override OciSpec? GivenSpec => Spec;

    /// <summary>How many launches; the median of each step is returned.</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    public int Count { get; set; } = 1;

    /// <summary>Launches without a supervisor.</summary>
    [Parameter]
    public SwitchParameter Unsupervised { get; set; }

    private protected override Action<LaunchTimeline> Measured => _timelines.Add;

    /// <inheritdoc/>
    protected override void ProcessRecord() => Attempt(Bundle, Measure);

    private void Measure()
    {
        string bundle = ResolvePath(Bundle), id = Id ?? "measure-" + Guid.NewGuid().ToString("n")[..12];
        var request = new CreateRequest
        {
            Id = id,
            Bundle = bundle,
            Spec = SpecOf(bundle),
            NoPivot = NoPivot,
            NoNewKeyring = NoNewKeyring,
            ListenFds = ListenFd,
            PreserveFds = PreserveFd,
            Supervised = !Unsupervised,
            Stdio = StdioMode.Null,
        };
        string action = Messages.MeasureLaunch(id, bundle, Count);
        if (!ShouldProcess(action, action, Messages.Caption))
            return;
        ContainerRuntime runtime = RuntimeOf(Root);
        var launches = new List<List<Span>>(Count);
        while (launches.Count < Count)
        {
            StopToken.ThrowIfCancellationRequested();
            launches.Add(Launch(runtime, request));
        }
        Write(launches);
    }

    // The clock of Stopwatch is that of the helper, CLOCK_MONOTONIC in nanoseconds.
    private List<Span> Launch(ContainerRuntime runtime, CreateRequest request)
    {
        _timelines.Clear();
        ulong begin = (ulong)Stopwatch.GetTimestamp(), end;
        runtime.Create(request, StopToken);
        try
        {
            end = (ulong)Stopwatch.GetTimestamp();
        }
        finally
        {
            runtime.Delete(request.Id, force: true, CancellationToken.None);
        }
        LaunchTimeline timeline = _timelines[^1];
        var spans = new List<Span> { new(Outside, "prepare", "helper, plan", null, timeline.Times[0].Started - begin) };
        foreach (StepTime time in timeline.Times)
        {
            LaunchStep step = timeline.Plan.Steps[time.Index];
            spans.Add(new(time.Index, step.Name, step.Object, step.SpecPointer, time.Nanoseconds));
        }
        // The time that no step accounts for: sending the program to the helper, and the gate.
        ulong whole = end - begin, known = spans.Aggregate(0ul, static (sum, span) => sum + span.Nanoseconds);
        spans.Add(new(Outside, "complete", "program, gate", null, whole - Math.Min(known, whole)));
        return spans;
    }

    private void Write(List<List<Span>> launches)
    {
        // One configuration has one plan: the steps are the same in each launch.
        List<Span> spans = [.. launches[0].Select((span, i) => span with { Nanoseconds = Median(launches.ConvertAll(launch => launch[i].Nanoseconds)) })];
        double whole = spans.Sum(static span => (double)span.Nanoseconds);
        ulong start = 0;
        foreach (Span span in spans)
        {
            WriteObject(new OciLaunchTime(
                span.Index, span.Name, span.Object, span.SpecPointer, TimeOf(start), TimeOf(span.Nanoseconds), Percent(start), Percent(span.Nanoseconds)));
            start += span.Nanoseconds;
        }

        double Percent(ulong nanoseconds) => Math.Round(nanoseconds * 100 / whole, 3);
    }

    private static ulong Median(List<ulong> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private static TimeSpan TimeOf(ulong nanoseconds) => TimeSpan.FromTicks((long)(nanoseconds / TimeSpan.NanosecondsPerTick));

    private sealed record Span(int Index, string Name, string Object, string? SpecPointer, ulong Nanoseconds);
}
