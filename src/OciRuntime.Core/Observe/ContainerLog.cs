using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Observe;

/// <summary>The log of a supervised container.</summary>
public static class ContainerLog
{
    private static readonly TimeSpan FollowInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>The lines, oldest first. What the log's limit has removed is not there, and a reader that follows more slowly than that misses it.</summary>
    /// <param name="runtime">Where the container is.</param>
    /// <param name="id">Container id.</param>
    /// <param name="tail">No more than the last lines; null for all of them.</param>
    /// <param name="since">Lines of this time or later.</param>
    /// <param name="follow">Go on with new lines until the container has stopped.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <exception cref="OciException">ContainerNotFound; NotSupported: an unsupervised container has no log.</exception>
    public static IEnumerable<LogRecord> Read(
        ContainerRuntime runtime, string id, int? tail = null, DateTimeOffset? since = null, bool follow = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        if (runtime.Get(id).LogPath is null)
        {
            throw new OciException(OciErrorCode.NotSupported, $"container {id} has no log: it is not supervised")
            {
                Object = id,
                Hint = "whoever made it holds its output",
            };
        }
        return Lines(runtime, id, tail, since, follow, cancellationToken);
    }

    private static IEnumerable<LogRecord> Lines(
        ContainerRuntime runtime, string id, int? tail, DateTimeOffset? since, bool follow, CancellationToken cancellationToken)
    {
        if (tail == 0 && !follow)
            yield break;
        // Held open: a new container of the same id is another directory.
        using StateDirectory directory = StateDirectory.Open(runtime.StateRoot, id);
        using var reader = new LogReader(directory, tail, follow);
        bool ended = !follow;
        while (!cancellationToken.IsCancellationRequested)
        {
            while (reader.Next() is { } entry)
            {
                if (since is null || entry.Time >= since)
                    yield return Record(id, entry);
            }
            if (ended)
            {
                foreach (LogEntry entry in reader.Rest())
                {
                    if (since is null || entry.Time >= since)
                        yield return Record(id, entry);
                }
                yield break;
            }

            // Only once the supervisor has gone can nothing more come; what it wrote last is then read in one more round.
            ended = !directory.IsCurrent() || HasEnded(runtime, id);
            if (!ended)
                cancellationToken.WaitHandle.WaitOne(FollowInterval);
        }
    }

    private static LogRecord Record(string id, LogEntry entry) => new() { Id = id, Time = entry.Time.LocalDateTime, Stream = entry.Stream, Line = entry.Text };

    private static bool HasEnded(ContainerRuntime runtime, string id)
    {
        try
        {
            return runtime.Wait(id, TimeSpan.Zero) is not null;
        }
        catch (OciException e) when (e.Code == OciErrorCode.ContainerNotFound)
        {
            return true;
        }
    }
}
