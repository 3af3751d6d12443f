using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Lifecycle;

namespace OciRuntime.Cli.Output;

/// <summary>The log of --log, --log-format and --log-level, in the two formats of runc (logrus); stderr without --log.</summary>
internal sealed class Log(string? path, bool json, RuntimeLogLevel least)
{
    internal bool ToFile => path is not null;

    internal bool Wants(RuntimeLogLevel level) => level >= least;

    internal void Write(RuntimeLogLevel level, string message)
    {
        if (Wants(level))
            Append(level switch { RuntimeLogLevel.Debug => "debug", RuntimeLogLevel.Info => "info", _ => "warning" }, message);
    }

    internal void Error(string message) => Append("error", message);

    private void Append(string level, string message)
    {
        string time = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        byte[] line = json ? Json(level, message, time) : Encoding.UTF8.GetBytes($"time=\"{time}\" level={level} msg={Quote(message)}\n");
        int fd = path is null ? 2 : Libc.open(path, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_APPEND | Libc.O_CLOEXEC, 0x1a4);
        if (fd < 0)
            return;
        StandardStream.Write(fd, line);
        if (path is not null)
            _ = Libc.close(fd);
    }

    private static byte[] Json(string level, string message, string time)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
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
