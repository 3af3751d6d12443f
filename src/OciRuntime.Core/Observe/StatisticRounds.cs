using System.Diagnostics;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Observe;

/// <summary>Reads the statistics of several containers in rounds until they have ended.</summary>
internal sealed class StatisticRounds : IDisposable
{
    private readonly List<Source> _sources = [];

    /// <summary>How many of the containers have not ended, as far as is known.</summary>
    public int Count => _sources.Count;

    /// <summary>Adds a container.</summary>
    /// <param name="runtime">Where it is.</param>
    /// <param name="id">Container id.</param>
    /// <exception cref="OciException">ContainerNotFound; ContainerNotRunning when it has stopped.</exception>
    public void Add(ContainerRuntime runtime, string id)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        using StateDirectory directory = StateDirectory.Open(runtime.StateRoot, id);
        ContainerState state = ContainerStatistics.LivingState(directory);
        _sources.Add(new(runtime, state, ProcessHandle.TryOpen(state.Pid, state.StartTime) ?? throw ContainerStatistics.NotRunning(id)));
    }

    /// <summary>One object per container and round: the first round immediately, the others at the interval. Ends when all containers have ended.</summary>
    /// <param name="interval">Time between the beginnings of two rounds.</param>
    /// <param name="rounds">How many; null to go on while a container lives.</param>
    /// <param name="cancellationToken">Ends the wait between two rounds.</param>
    /// <exception cref="OciException">Cancelled.</exception>
    public IEnumerable<OciContainerStatistic> Read(TimeSpan interval, int? rounds = null, CancellationToken cancellationToken = default)
    {
        using var cancel = new CancelSignal(cancellationToken);
        long start = Stopwatch.GetTimestamp();
        for (int round = 0; round != rounds; round++)
        {
            if (round > 0)
                Await(interval * round - Stopwatch.GetElapsedTime(start), cancel);
            foreach (Source source in _sources.ToArray())
            {
                if (!source.Process.WaitExit(cancel, 0))
                    yield return source.Next();
                else
                    Remove(source);
            }
            if (_sources.Count == 0)
                yield break;
        }
    }

    /// <summary>Stops watching the containers.</summary>
    public void Dispose()
    {
        foreach (Source source in _sources)
            source.Process.Dispose();
        _sources.Clear();
    }

    // A round that would begin in the past begins now. The end of the last container ends the wait.
    private void Await(TimeSpan left, CancelSignal cancel)
    {
        long deadline = Environment.TickCount64 + Math.Max(0, (long)left.TotalMilliseconds);
        while (_sources.Count > 0)
        {
            int milliseconds = (int)Math.Clamp(deadline - Environment.TickCount64, 0, int.MaxValue);
            int ended = cancel.WaitAny([.. _sources.Select(static source => source.Process.Fd)], milliseconds);
            if (ended < 0)
                return;
            Remove(_sources[ended]);
        }
    }

    private void Remove(Source source)
    {
        _sources.Remove(source);
        source.Process.Dispose();
    }

    private sealed class Source(ContainerRuntime runtime, ContainerState state, ProcessHandle process)
    {
        private ContainerStatistics? _before;

        public ProcessHandle Process => process;

        public OciContainerStatistic Next()
        {
            ContainerStatistics now = ContainerStatistics.Read(runtime, state);
            var statistic = OciContainerStatistic.Of(runtime.Root, now, _before);
            _before = now;
            return statistic;
        }
    }
}
