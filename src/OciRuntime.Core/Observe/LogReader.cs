using System.Text;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Observe;

/// <summary>Reads all files of a log, moves on to the next when the supervisor has started one, and joins the parts of long lines.</summary>
internal sealed class LogReader : IDisposable
{
    private readonly StateDirectory _directory;
    private readonly bool _follow;
    private readonly long _end;
    private readonly Dictionary<string, (LogEntry First, StringBuilder Text)> _parts = new(StringComparer.Ordinal);
    private List<LogFile> _files;
    private int _index;
    private LogLines? _lines;
    private long _skip;
    private bool _replaced;

    /// <param name="directory">The container's directory.</param>
    /// <param name="tail">Begin with the last lines; null for all of them.</param>
    /// <param name="follow">Also read what is written from now on.</param>
    public LogReader(StateDirectory directory, int? tail, bool follow)
    {
        _directory = directory;
        _follow = follow;
        _files = LogFile.OpenAll(directory);
        _end = _files.Count == 0 ? 0 : RandomAccess.GetLength(_files[^1].Handle);
        LogTail begin = tail is { } count ? LogTail.Find(_files, _end, count, openPartsCount: !follow) : new LogTail(0, 0, 0);
        _index = Math.Max(0, begin.File);
        _skip = begin.Skip;
        Begin(begin.Offset);
    }

    /// <summary>The next whole line, or null when there is none yet.</summary>
    public LogEntry? Next()
    {
        do
        {
            while (_lines is not null && _lines.TryNext(out ReadOnlySpan<byte> line))
            {
                if (LogEntry.Parse(line) is { } entry && Join(entry) is { } whole)
                    return whole;
            }
            // A half-written entry is where a file ends that is no longer written to.
            if (_lines is not null && IsOver())
            {
                LogEntry? cut = LogEntry.Parse(_lines.Rest()) is { } last ? Join(last with { Whole = true }) : null;
                _lines = null;
                if (cut is not null)
                    return cut;
            }
        }
        while (Advance());
        return null;
    }

    /// <summary>Incomplete lines: the container was stopped in the middle of them, or has not finished them yet.</summary>
    public IEnumerable<LogEntry> Rest()
    {
        foreach ((LogEntry first, StringBuilder text) in _parts.Values)
            yield return first with { Text = text.ToString() };
        _parts.Clear();
    }

    public void Dispose()
    {
        foreach (LogFile file in _files)
            file.Dispose();
    }

    // Without following, the log ends where it ended at first: a container may write faster than anyone reads, and the last lines were looked for up to that point.
    private void Begin(long offset)
    {
        _replaced = false;
        _lines = _index >= _files.Count ? null
            : _follow ? new LogLines(_files[_index], offset)
            : new LogLines(_files[_index], offset, _index == _files.Count - 1 ? _end : RandomAccess.GetLength(_files[_index].Handle));
    }

    private bool IsOver() => _index < _files.Count - 1 || _replaced;

    private bool Advance()
    {
        if (_index < _files.Count - 1)
        {
            _index++;
            Begin(0);
            return true;
        }
        return _follow && (_files.Count == 0 ? OpenNext(null) : AdvanceToNew(_files[_index]));
    }

    // The supervisor writes to a file until it renames it, never after: once the rename is seen, the file is read a last time and left.
    private bool AdvanceToNew(LogFile current)
    {
        if (_replaced)
            return OpenNext(current);
        _replaced = current.IsReplaced(_directory);
        return _replaced;
    }

    private bool OpenNext(LogFile? after)
    {
        List<LogFile> all = LogFile.OpenAll(_directory);
        int known = after is null ? -1 : all.FindIndex(after.IsSame);
        foreach (LogFile file in all[..(known + 1)])
            file.Dispose();
        all.RemoveRange(0, known + 1);
        if (all.Count == 0)
            return false;
        Dispose();
        _files = all;
        _index = 0;
        Begin(0);
        return true;
    }

    private LogEntry? Join(LogEntry entry)
    {
        if (!entry.Whole)
        {
            if (!_parts.TryGetValue(entry.Stream, out (LogEntry First, StringBuilder Text) open))
                _parts[entry.Stream] = open = (entry, new StringBuilder());
            open.Text.Append(entry.Text);
            return null;
        }
        if (_parts.Remove(entry.Stream, out (LogEntry First, StringBuilder Text) parts))
            entry = parts.First with { Whole = true, Text = parts.Text.Append(entry.Text).ToString() };
        if (_skip == 0)
            return entry;
        _skip--;
        return null;
    }
}
