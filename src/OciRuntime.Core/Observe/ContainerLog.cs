using System.Globalization;
using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Observe;

/// <summary>
/// The log of a supervised container, in the format that CRI defines: a time, the stream, F for a whole line or P for a part of one, the text.
/// </summary>
public static class ContainerLog
{
    private static readonly TimeSpan FollowInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>The lines, oldest first.</summary>
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
        OciContainer container = runtime.Get(id);
        string path = container.LogPath ?? throw new OciException(OciErrorCode.NotSupported, $"container {id} has no log: it is not supervised")
        {
            Object = id,
            Hint = "whoever made it holds its output",
        };
        return Lines(runtime, id, path, tail, since, follow, cancellationToken);
    }

    /// <summary>One line of the file, or null when it is none.</summary>
    internal static (LogRecord Record, bool Whole)? Parse(string id, string line)
    {
        int first = line.IndexOf(' ', StringComparison.Ordinal);
        int second = first < 0 ? -1 : line.IndexOf(' ', first + 1);
        if (second < 0 || line.Length < second + 3 || line[second + 2] != ' ' || line[second + 1] is not ('F' or 'P'))
            return null;
        if (!DateTimeOffset.TryParse(line.AsSpan(0, first), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time))
            return null;
        return (new() { Id = id, Time = time.LocalDateTime, Stream = line[(first + 1)..second], Line = line[(second + 3)..] }, line[second + 1] == 'F');
    }

    private static IEnumerable<LogRecord> Lines(
        ContainerRuntime runtime, string id, string path, int? tail, DateTimeOffset? since, bool follow, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), Encoding.UTF8);
        var source = new LineSource(id, reader, since);
        if (tail is { } count)
        {
            var last = new Queue<LogRecord>();
            while (source.Next() is { } record)
            {
                last.Enqueue(record);
                if (last.Count > count)
                    last.Dequeue();
            }

            foreach (LogRecord record in last)
                yield return record;
        }

        bool ended = !follow;
        while (!cancellationToken.IsCancellationRequested)
        {
            while (source.Next() is { } record)
                yield return record;
            if (ended)
            {
                while (source.Rest() is { } rest)
                    yield return rest;
                yield break;
            }

            // Only once the supervisor has gone can nothing more come; what it wrote last is then read in one more round.
            ended = HasEnded(runtime, id);
            if (!ended)
                cancellationToken.WaitHandle.WaitOne(FollowInterval);
        }
    }

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

    /// <summary>Puts the parts of long lines together, a stream at a time, and keeps a line that is not written completely yet.</summary>
    private sealed class LineSource(string id, StreamReader reader, DateTimeOffset? since)
    {
        private readonly StringBuilder _pending = new();
        private readonly Dictionary<string, LogRecord> _parts = [];

        internal LogRecord? Next()
        {
            while (true)
            {
                int c = reader.Read();
                if (c < 0)
                    return null;
                if (c != '\n')
                {
                    _pending.Append((char)c);
                    continue;
                }

                string line = _pending.ToString();
                _pending.Clear();
                if (Parse(id, line) is not { } parsed)
                    continue;
                LogRecord record = parsed.Record;
                if (_parts.Remove(record.Stream, out LogRecord? before))
                    record = new() { Id = id, Time = before.Time, Stream = record.Stream, Line = before.Line + record.Line };
                if (!parsed.Whole)
                    _parts[record.Stream] = record;
                else if (since is null || record.Time >= since)
                    return record;
            }
        }

        /// <summary>A last line without an end.</summary>
        internal LogRecord? Rest()
        {
            foreach ((string stream, LogRecord record) in _parts)
            {
                _parts.Remove(stream);
                if (since is null || record.Time >= since)
                    return record;
            }

            return null;
        }
    }
}
