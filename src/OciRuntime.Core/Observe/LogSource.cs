using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Observe;

/// <summary>The log of one container among those of a <see cref="LogMerge"/>.</summary>
internal sealed class LogSource
{
    private readonly ContainerRuntime _runtime;

    /// <exception cref="OciException">ContainerNotFound; NotSupported: an unsupervised container has no log.</exception>
    public LogSource(ContainerRuntime runtime, string id)
    {
        _runtime = runtime;
        Id = id;
        if (runtime.Get(id).LogPath is null)
        {
            throw new OciException(OciErrorCode.NotSupported, $"container {id} has no log: it is not supervised")
            {
                Object = id,
                Hint = "its output went to whoever created it",
            };
        }
    }

    public string Id { get; }

    /// <summary>The lines, oldest first. When the log is followed, null means that there is no line yet; the next step looks again.</summary>
    public IEnumerable<LogRecord?> Read(LogSpan span)
    {
        bool goesOn = span.Follow && (span.Until is not { } until || until > DateTimeOffset.UtcNow);
        // From the end, but only if the span ends where the log does.
        return span is { Tail: { } count, Until: not null } && !goesOn
            ? Lines(span with { Tail = null }, follow: false).TakeLast(count)
            : Lines(span, goesOn);
    }

    private IEnumerable<LogRecord?> Lines(LogSpan span, bool follow)
    {
        if (span.Tail == 0 && !follow)
            yield break;
        // Held open: a new container of the same id has another directory.
        using StateDirectory directory = StateDirectory.Open(_runtime.StateRoot, Id);
        using var reader = new LogReader(directory, span.Tail, follow);
        for (bool ended = !follow; ;)
        {
            while (reader.Next() is { } entry)
            {
                if (Fits(entry, span))
                    yield return Record(entry);
                else if (follow && entry.Time > span.Until)
                    yield break;
            }
            if (ended)
                break;
            // The log is complete only once the supervisor has gone; one more round reads what it wrote last.
            ended = DateTimeOffset.UtcNow > span.Until || !directory.IsCurrent() || HasEnded();
            if (!ended)
                yield return null;
        }
        foreach (LogEntry entry in reader.Rest())
        {
            if (Fits(entry, span))
                yield return Record(entry);
        }
    }

    private static bool Fits(LogEntry entry, LogSpan span) => (span.Since is null || entry.Time >= span.Since) && (span.Until is null || entry.Time <= span.Until);

    private LogRecord Record(LogEntry entry) => new() { Id = Id, Time = entry.Time.LocalDateTime, Stream = entry.Stream, Line = entry.Text };

    private bool HasEnded()
    {
        try
        {
            return _runtime.Wait(Id, TimeSpan.Zero) is not null;
        }
        catch (OciException e) when (e.Code == OciErrorCode.ContainerNotFound)
        {
            return true;
        }
    }
}
