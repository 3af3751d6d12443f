using OciRuntime.Core.State;

namespace OciRuntime.Core.Observe;

/// <summary>Finds where the last lines of a log begin, from its end backwards, so that the length of the log doesn't matter.</summary>
/// <param name="File">Index of the file.</param>
/// <param name="Offset">Where to begin in it.</param>
/// <param name="Skip">Lines that end after that offset but are not among the last ones: lines of the other stream between the parts of a long line.</param>
internal readonly record struct LogTail(int File, long Offset, long Skip)
{
    private const int BlockSize = 64 << 10;

    /// <summary>Finds the place.</summary>
    /// <param name="files">The log, the oldest file first.</param>
    /// <param name="end">Where the newest file ends: what is written after that is ignored.</param>
    /// <param name="count">How many lines.</param>
    /// <param name="openPartsCount">Count a line that is not complete yet.</param>
    public static LogTail Find(List<LogFile> files, long end, int count, bool openPartsCount)
    {
        var tail = new LogTail(files.Count - 1, end, 0);
        // Streams whose line is among the last ones, and may have begun earlier.
        var open = new HashSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        int found = 0;
        long passed = 0;
        for (int file = files.Count - 1; file >= 0; file--)
        {
            foreach ((long offset, string stream, bool whole) in file == files.Count - 1 ? Backwards(files[file], end, endIsOpen: true) : Backwards(files[file], RandomAccess.GetLength(files[file].Handle), endIsOpen: false))
            {
                if (found == count && open.Count == 0)
                    return tail;
                bool wanted = whole ? found < count : open.Contains(stream);
                if (whole && !wanted)
                {
                    open.Remove(stream);
                    passed++;
                }
                else if (whole)
                {
                    found++;
                    open.Add(stream);
                }
                else if (!seen.Contains(stream) && found < count)
                {
                    // The last entry of its stream is a part: the end of the line is still to come.
                    found += openPartsCount ? 1 : 0;
                    open.Add(stream);
                    wanted = true;
                }
                seen.Add(stream);
                if (wanted)
                    tail = new LogTail(file, offset, passed);
            }
        }
        return tail;
    }

    /// <summary>The lines of a file, the last first: where each begins, and its kind.</summary>
    private static IEnumerable<(long Offset, string Stream, bool Whole)> Backwards(LogFile file, long length, bool endIsOpen)
    {
        byte[] buffer = new byte[BlockSize + LogEntry.HeadLength];
        bool ended = !endIsOpen;
        for (long blockEnd = length; blockEnd > 0;)
        {
            long block = Math.Max(0, blockEnd - BlockSize);
            int got = Read(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - block)), block);
            // A line begins after a newline, and at the beginning of the file.
            for (int end = (int)Math.Min(got, blockEnd - block); end >= 0;)
            {
                int newline = end == 0 ? -1 : buffer.AsSpan(0, end).LastIndexOf((byte)'\n');
                if (newline < 0 && block > 0)
                    break;
                long offset = block + newline + 1;
                // The text after the last newline is still being written.
                if (ended && offset < length && LogEntry.ParseHead(buffer.AsSpan(newline + 1, got - newline - 1)) is { } head)
                    yield return (offset, head.Stream, head.Whole);
                ended = true;
                end = newline;
            }
            blockEnd = block;
        }
    }

    private static int Read(LogFile file, Span<byte> buffer, long offset)
    {
        int got = 0;
        while (got < buffer.Length && RandomAccess.Read(file.Handle, buffer[got..], offset + got) is > 0 and int n)
            got += n;
        return got;
    }
}
