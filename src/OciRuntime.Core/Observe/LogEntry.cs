using System.Globalization;
using System.Text;

namespace OciRuntime.Core.Observe;

/// <summary>One line of a log file, in the format that CRI defines: a time, the stream, F for a whole line or P for a part of one, the text.</summary>
/// <param name="Time">When the supervisor read it.</param>
/// <param name="Stream">stdout or stderr.</param>
/// <param name="Whole">False for a part that the stream's next entry continues.</param>
/// <param name="Text">The text.</param>
internal readonly record struct LogEntry(DateTimeOffset Time, string Stream, bool Whole, string Text)
{
    /// <summary>How much of a line <see cref="ParseHead"/> looks at.</summary>
    public const int HeadLength = 64;

    private const int TimeLength = 30; // 2026-11-23T17:41:29.123456789Z

    /// <summary>The stream, and whether the line is whole, from a line's first bytes; null when it is not an entry.</summary>
    public static (string Stream, bool Whole)? ParseHead(ReadOnlySpan<byte> line)
    {
        if (line.Length < TimeLength + " stdout F ".Length || line[TimeLength] != ' ')
            return null;
        ReadOnlySpan<byte> rest = line[(TimeLength + 1)..];
        string? stream = rest.StartsWith("stdout "u8) ? "stdout" : rest.StartsWith("stderr "u8) ? "stderr" : null;
        return stream is null || rest[8] != (byte)' ' || rest[7] is not ((byte)'F' or (byte)'P') ? null : (stream, rest[7] == (byte)'F');
    }

    /// <summary>The entry of a line, or null when it is not an entry.</summary>
    public static LogEntry? Parse(ReadOnlySpan<byte> line)
    {
        if (ParseHead(line) is not { } head || TimeOf(line[..TimeLength]) is not { } time)
            return null;
        return new LogEntry(time, head.Stream, head.Whole, Encoding.UTF8.GetString(line[(TimeLength + " stdout F ".Length)..]));
    }

    private static DateTimeOffset? TimeOf(ReadOnlySpan<byte> text)
    {
        // The fields have fixed offsets; the last two digits are finer than a tick.
        Span<char> chars = stackalloc char[TimeLength - 3];
        if (text[^1] != (byte)'Z' || !Encoding.ASCII.TryGetChars(text[..chars.Length], chars, out _))
            return null;
        return DateTimeOffset.TryParseExact(chars, "yyyy-MM-ddTHH:mm:ss.fffffff", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;
    }
}
