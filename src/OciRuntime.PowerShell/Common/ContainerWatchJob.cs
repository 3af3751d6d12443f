using System.Management.Automation;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Observe;

namespace OciRuntime.PowerShell.Common;

/// <summary>A watch in the background: each event is an engine event of the session (<c>Register-EngineEvent</c>), until the job is stopped or removed.</summary>
public sealed class ContainerWatchJob : Job
{
    /// <summary>The source identifier of the engine events. Their sender, first argument and message data is the <see cref="OciContainerEvent"/>.</summary>
    public const string SourceIdentifier = "OciRuntime.Container";

    private readonly ContainerWatch _watch;
    private readonly ChosenEvents _chosen;
    private readonly PSEventManager _engine;
    private readonly CancellationTokenSource _stop = new();
    private Task _reading = Task.CompletedTask;

    internal ContainerWatchJob(string command, ContainerWatch watch, ChosenEvents chosen, PSEventManager engine)
        : base(command, "OciContainerWatch")
    {
        PSJobTypeName = "OciContainerWatch";
        _watch = watch;
        _chosen = chosen;
        _engine = engine;
    }

    /// <inheritdoc/>
    public override bool HasMoreData => false;

    /// <inheritdoc/>
    public override string Location => Environment.MachineName;

    /// <inheritdoc/>
    public override string StatusMessage => string.Empty;

    /// <inheritdoc/>
    public override void StopJob()
    {
        if (_reading.IsCompleted)
            return;
        SetJobState(JobState.Stopping);
        _stop.Cancel();
        _reading.Wait();
    }

    internal void Start()
    {
        SetJobState(JobState.Running);
        _reading = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            StopJob();
            _watch.Dispose();
            _stop.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Read()
    {
        try
        {
            foreach (OciContainerEvent one in _chosen.Read(_stop.Token))
                _engine.GenerateEvent(SourceIdentifier, one, [one], PSObject.AsPSObject(one));
            SetJobState(JobState.Completed);
        }
        catch (OciException e) when (e.Code == OciErrorCode.Cancelled)
        {
            SetJobState(JobState.Stopped);
        }
        catch (OciException e)
        {
            Error.Add(ErrorRecords.From(e, null));
            SetJobState(JobState.Failed);
        }
    }
}
