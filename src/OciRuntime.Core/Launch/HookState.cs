using System.Buffers;
using System.Text.Json;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Launch;

/// <summary>The state that hooks read from stdin (runtime-spec, runtime.md, State).</summary>
internal static class HookState
{
    public static ReadOnlyMemory<byte> Write(State.ContainerState state, string status, int pid)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JsonEscapes.Encoder });
        json.WriteStartObject();
        json.WriteString("ociVersion"u8, state.OciVersion);
        json.WriteString("id"u8, state.Id);
        json.WriteString("status"u8, status);
        if (pid > 0)
            json.WriteNumber("pid"u8, pid);
        json.WriteString("bundle"u8, state.Bundle);
        if (state.Annotations.Count > 0)
        {
            json.WriteStartObject("annotations"u8);
            foreach ((string key, string value) in state.Annotations)
                json.WriteString(key, value);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
