using System.Management.Automation;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Waits until containers have stopped and returns how they ended, or until they reach a status and returns them.</summary>
[Cmdlet(VerbsLifecycle.Wait, "OciContainer", DefaultParameterSetName = "Id")]
[Alias("woci")]
[OutputType(typeof(ExitRecord), typeof(OciContainer))]
public sealed class WaitOciContainerCommand : ContainerCmdlet
{
    // Not every change has an event: the cgroup v1 freezer can only be polled.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly List<(ContainerRuntime Runtime, string Id)> _candidates = [];

    /// <summary>How long to wait for each (with -Any for all of them); default no limit.</summary>
    [Parameter(Position = 1)]
    [DurationConversion]
    public TimeSpan Timeout { get; set; } = System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>Waits until the container has one of these statuses, and returns it; default until it has stopped.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public ContainerStatus[]? Status { get; set; }

    /// <summary>Waits only for the first of the containers.</summary>
    [Parameter]
    public SwitchParameter Any { get; set; }

    private TimeSpan? Limit => Timeout < TimeSpan.Zero ? null : Timeout;

    /// <inheritdoc/>
    private protected override void ProcessContainer(ContainerRuntime runtime, string id)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        if (Any)
        {
            runtime.Get(id); // a missing container is an error now
            _candidates.Add((runtime, id));
            return;
        }
        WriteObject(WaitFor(runtime, id, StopToken) ?? throw TimedOut(id));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_candidates.Count > 0)
            Attempt(_candidates[0].Id, () => WriteObject(First() ?? throw TimedOut(string.Join(", ", _candidates.Select(static candidate => candidate.Id)))));
    }

    // Each is awaited on its own thread; the first to finish ends the others.
    private object? First()
    {
        using var found = CancellationTokenSource.CreateLinkedTokenSource(StopToken);
        List<Task<object?>> waits = [.. _candidates.Select(candidate => Task.Factory.StartNew(
            () => WaitFor(candidate.Runtime, candidate.Id, found.Token), StopToken, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        object? result = null;
        Exception? failure = null;
        for (var left = new List<Task<object?>>(waits); left.Count > 0 && result is null;)
        {
            Task<object?> ended = left[Task.WaitAny([.. left], StopToken)];
            left.Remove(ended);
            failure ??= ended.Exception?.InnerException;
            result = ended.IsCompletedSuccessfully ? ended.Result : null;
        }
        found.Cancel();
        _ = Task.WhenAll(waits).ContinueWith(static task => _ = task.Exception, TaskScheduler.Default);
        return result is null && failure is not null ? throw failure : result;
    }

    private object? WaitFor(ContainerRuntime runtime, string id, CancellationToken stop) =>
        Status is null ? runtime.Wait(id, Limit, stop) : WaitForStatus(runtime, id, Status, stop);

    private OciContainer? WaitForStatus(ContainerRuntime runtime, string id, ContainerStatus[] statuses, CancellationToken stop)
    {
        long deadline = Limit is { } limit ? Environment.TickCount64 + (long)limit.TotalMilliseconds : long.MaxValue;
        while (true)
        {
            OciContainer container = runtime.Get(id);
            if (container.Is(statuses))
                return container;
            if (Environment.TickCount64 >= deadline)
                return null;
            stop.WaitHandle.WaitOne(Pause);
            stop.ThrowIfCancellationRequested();
        }
    }

    private OciException TimedOut(string id) => new(
        OciErrorCode.Timeout, Status is null ? Messages.WaitTimeout(id, Timeout) : Messages.StatusTimeout(id, string.Join(" or ", Status), Timeout))
    { Object = id, Step = "wait" };
}
