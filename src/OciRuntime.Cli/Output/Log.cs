using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;

namespace OciRuntime.Cli.Output;

/// <summary>The log of --log, --log-format and --log-level, in the two formats of runc (logrus); stderr without --log.</summary>
internal sealed class Log : IDisposable
{
    /// <summary>A level above every other than errors.</summary>
    internal const RuntimeLogLevel ErrorsOnly = RuntimeLogLevel.Warning + 1;

    private readonly SafeFd? _file;
    private readonly bool _json;

    private Log(SafeFd? file, bool json, RuntimeLogLevel least)
    {
        _file = file;
        _json = json;
        Level = least;
    }

    /// <summary>Where errors go before the log options are parsed.</summary>
    internal static Log Stderr => new(null, json: false, ErrorsOnly);

    internal bool ToFile => _file is not null;

    /// <summary>Opens the log.</summary>
    /// <param name="path">The file, which is appended to; null for stderr.</param>
    /// <param name="json">One JSON object per line.</param>
    /// <param name="least">The lowest level that is written; errors always are.</param>
    internal static Log Open(string? path, bool json, RuntimeLogLevel least)
    {
        if (path is null)
            return new Log(null, json, least);
        // Non-blocking, so that a FIFO without a reader does not block the open; writes block all the same.
        int fd = Libc.open(path, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_APPEND | Libc.O_CLOEXEC | Libc.O_NONBLOCK | Libc.O_NOCTTY, 0x1a4 /* 0644 */);
        if (fd < 0)
            throw KernelError.Last("open the log", path, "open");
        _ = Libc.fcntl(fd, Libc.F_SETFL, Libc.O_APPEND);
        return new Log(new SafeFd(fd), json, least);
    }

    public void Dispose() => _file?.Dispose();

    /// <summary>The lowest level that is written; errors always are.</summary>
    internal RuntimeLogLevel Level { get; }

    internal void Write(RuntimeLogLevel level, string message)
    {
        if (level >= Level)
            Append(level switch { RuntimeLogLevel.Debug => "debug", RuntimeLogLevel.Info => "info", _ => "warning" }, message);
    }

    internal void Error(string message) => Append("error", message);

    // Nothing can be done about a full log: the exit code still tells of the error.
    private void Append(string level, string message)
    {
        string time = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        byte[] line = _json ? Json(level, message, time) : Encoding.UTF8.GetBytes($"time=\"{time}\" level={level} msg={Quote(message)}\n");
        StandardStream.TryWrite(_file?.Number ?? 2, line);
    }

    private static byte[] Json(string level, string message, string time)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JsonEscapes.Encoder }))
        {
            writer.WriteStartObject();
            writer.WriteString("level", level);
            writer.WriteString("msg", message);
            writer.WriteString("time", time);
            writer.WriteEndObject();
        }
        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' or '\\' => quoted.Append('\\').Append(c),
                '\n' => quoted.Append("\\n"),
                '\t' => quoted.Append("\\t"),
                < ' ' => quoted.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                _ => quoted.Append(c),
            };
        }
        return quoted.Append('"').ToString();
    }
}
