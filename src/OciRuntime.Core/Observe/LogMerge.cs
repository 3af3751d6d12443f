using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;

namespace OciRuntime.Core.Observe;

/// <summary>The logs of several supervised containers as one, by the time of their lines.</summary>
internal sealed class LogMerge
{
    private static readonly TimeSpan FollowInterval = TimeSpan.FromMilliseconds(50);

    private readonly List<LogSource> _sources = [];

    /// <summary>How many containers there are.</summary>
    public int Count => _sources.Count;

    /// <summary>Adds a container.</summary>
    /// <param name="runtime">Where it is.</param>
    /// <param name="id">Container id.</param>
    /// <exception cref="OciException">ContainerNotFound; NotSupported: an unsupervised container has no log.</exception>
    public void Add(ContainerRuntime runtime, string id)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        _sources.Add(new LogSource(runtime, id));
    }

    /// <summary>
    /// The lines, oldest first; those of one moment in the order of their containers. Followed lines come as they are written: two lines of
    /// different containers may be swapped when they are written within a twentieth of a second.
    /// </summary>
    /// <param name="span">Which lines of each container.</param>
    /// <param name="failed">Called with the container's id and the error when a log can't be read; the other logs go on. When null, the error ends the enumeration.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <exception cref="OciException">A log can't be read.</exception>
    public IEnumerable<LogRecord> Read(LogSpan span, Action<string, OciException>? failed = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(span);
        return Lines(span, failed, cancellationToken);
    }

    private IEnumerable<LogRecord> Lines(LogSpan span, Action<string, OciException>? failed, CancellationToken cancellationToken)
    {
        List<IEnumerator<LogRecord?>> all = [.. _sources.Select(source => source.Read(span).GetEnumerator())];
        // The next line of each log that has one, ordered by time; the other logs are asked again when no line is left, or when their turn has come.
        var next = new PriorityQueue<IEnumerator<LogRecord?>, (DateTime Time, int Index)>();
        var waiting = new HashSet<int>(Enumerable.Range(0, all.Count));
        try
        {
            for (long asked = 0; !cancellationToken.IsCancellationRequested;)
            {
                if (waiting.Count > 0 && (next.Count == 0 || Environment.TickCount64 - asked >= FollowInterval.TotalMilliseconds))
                {
                    foreach (int index in waiting.ToArray())
                        Look(index);
                    asked = Environment.TickCount64;
                }
                if (next.TryDequeue(out IEnumerator<LogRecord?>? first, out (DateTime Time, int Index) place))
                {
                    yield return first.Current!;
                    Look(place.Index);
                }
                else if (waiting.Count == 0)
                    yield break;
                else
                    cancellationToken.WaitHandle.WaitOne(FollowInterval);
            }
        }
        finally
        {
            foreach (IEnumerator<LogRecord?> lines in all)
                lines.Dispose();
        }

        void Look(int index)
        {
            waiting.Remove(index);
            try
            {
                if (!all[index].MoveNext())
                    return;
            }
            catch (OciException e) when (failed is not null)
            {
                failed(_sources[index].Id, e);
                return;
            }
            if (all[index].Current is { } record)
                next.Enqueue(all[index], (record.Time.ToUniversalTime(), index));
            else
                waiting.Add(index);
        }
    }
}
