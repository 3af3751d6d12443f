using System.Buffers;
using System.Text.Json;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.State;

/// <summary>exit.json: how the container ended. The supervisor writes it, or the runtime that reaped an unsupervised child.</summary>
internal static class ExitFile
{
    public const string Name = "exit.json";

    /// <summary>The record, or null when the bytes are not an exit record.</summary>
    public static ExitRecord? Parse(ReadOnlyMemory<byte> bytes, string id)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(bytes);
            JsonElement root = json.RootElement;
            int signal = root.TryGetProperty("signal"u8, out JsonElement s) ? s.GetInt32() : 0;
            return new ExitRecord
            {
                Id = id,
                ExitCode = signal > 0 ? 128 + signal : root.GetProperty("exitCode"u8).GetInt32(),
                Signal = signal > 0 ? signal : null,
                ExitedAt = root.TryGetProperty("exitedAt"u8, out JsonElement at) ? at.GetDateTimeOffset().LocalDateTime : null,
                OomKilled = root.TryGetProperty("oomKilled"u8, out JsonElement oom) && oom.GetBoolean(),
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            return null;
        }
    }

    public static ReadOnlyMemory<byte> Write(ExitRecord record)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JsonEscapes.Encoder });
        json.WriteStartObject();
        json.WriteNumber("exitCode"u8, record.ExitCode ?? 0);
        json.WriteNumber("signal"u8, record.Signal ?? 0);
        if (record.ExitedAt is { } at)
            json.WriteString("exitedAt"u8, StateJson.FormatTime(at));
        json.WriteBoolean("oomKilled"u8, record.OomKilled);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
