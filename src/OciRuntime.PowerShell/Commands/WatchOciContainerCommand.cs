using System.Management.Automation;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Observe;
using OciRuntime.Core.State;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Completion;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Reports what happens to containers, as it happens, until Ctrl+C.</summary>
[Cmdlet(VerbsCommon.Watch, "OciContainer", DefaultParameterSetName = "Id")]
[Alias("wcoci")]
[OutputType(typeof(OciContainerEvent), typeof(Job))]
public sealed class WatchOciContainerCommand : RuntimeCmdlet
{
    private readonly Dictionary<ContainerRuntime, List<string>> _patterns = [];

    /// <summary>Ids, case-sensitive, with wildcards; they need not exist yet. Default all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ContainerIdCompleter))]
    public string[] Id { get; set; } = ["*"];

    /// <summary>Containers from Get-OciContainer or New-OciContainer.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ContainerConversion]
    [ValidateNotNull]
    public OciContainer[] InputObject { get; set; } = [];

    /// <summary>Only events of these types; default all.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public ContainerEventKind[]? Type { get; set; }

    /// <summary>Ends after this many events.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? Count { get; set; }

    /// <summary>Ends after this time, whatever has happened; default never.</summary>
    [Parameter]
    [DurationConversion]
    public TimeSpan Timeout { get; set; } = System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>Watches in the background, and raises an engine event of the session for each event; returns the job that does so.</summary>
    [Parameter]
    public SwitchParameter EngineEvent { get; set; }

    /// <summary>The state root; default /run/oci-runtime, or $XDG_RUNTIME_DIR/oci-runtime when rootless.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Root { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (OciContainer container in InputObject)
            Attempt(container.Id, () => Add(container.Root, WildcardPattern.Escape(container.Id)));
        if (InputObject.Length > 0)
            return;
        foreach (string id in Id)
            Attempt(id, () => Add(Root, id));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_patterns.Count == 0)
            return;
        var watch = new ContainerWatch();
        bool handedOn = false;
        try
        {
            if (!Attempt(null, () => Begin(watch)))
                return;
            var events = new ChosenEvents(watch, Type, Count, Timeout < TimeSpan.Zero ? null : Timeout);
            if (!EngineEvent)
            {
                Attempt(null, () => Write(events));
                return;
            }
            var job = new ContainerWatchJob(MyInvocation.Line.Trim(), watch, events, Events);
            handedOn = true;
            JobRepository.Add(job);
            job.Start();
            WriteObject(job);
        }
        finally
        {
            if (!handedOn)
                watch.Dispose();
        }
    }

    private void Add(string? root, string pattern)
    {
        ContainerRuntime runtime = RuntimeOf(root);
        if (!_patterns.TryGetValue(runtime, out List<string>? patterns))
            _patterns.Add(runtime, patterns = []);
        patterns.Add(pattern);
    }

    private void Begin(ContainerWatch watch)
    {
        foreach ((ContainerRuntime runtime, List<string> patterns) in _patterns)
        {
            WildcardPattern[] wanted = [.. patterns.Select(static pattern => WildcardPattern.Get(pattern, WildcardOptions.CultureInvariant))];
            watch.Add(runtime, id => wanted.Any(pattern => pattern.IsMatch(id)));
        }
    }

    private void Write(ChosenEvents events)
    {
        foreach (OciContainerEvent one in events.Read(StopToken))
            WriteObject(one);
    }
}
