using System.Buffers;
using System.Text.Json;
using OciRuntime.Core.Observe;

namespace OciRuntime.Cli.Output;

/// <summary>The report of <c>info</c> as JSON.</summary>
internal static class HostJson
{
    internal static byte[] Of(List<HostItem> items)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, ContainerJson.Indented))
        {
            json.WriteStartArray();
            foreach (HostItem item in items)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, item.Name);
                json.WriteBoolean("present"u8, item.Present);
                json.WriteBoolean("required"u8, item.Required);
                json.WriteString("about"u8, item.About);
                if (item.Hint is { } hint)
                    json.WriteString("hint"u8, hint);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }
}
