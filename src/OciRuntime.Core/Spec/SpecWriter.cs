using System.Buffers;
using System.Text.Json;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Spec;

/// <summary>
/// Writes a configuration as JSON in the order of <c>runc spec</c>, with map keys sorted. Null and empty values are left
/// out, except an empty environment of a hook, which differs from none. Nothing is checked. The output reads back as the same values.
/// </summary>
internal static class SpecWriter
{
    private static readonly JsonWriterOptions s_compact = new() { Encoder = JsonEscapes.Encoder, SkipValidation = true };

    private static readonly JsonWriterOptions s_indented = s_compact with { Indented = true, IndentCharacter = '\t', IndentSize = 1, NewLine = "\n" };

    /// <summary>Writes a config.json.</summary>
    /// <param name="spec">The configuration.</param>
    /// <param name="indented">Indent with tabs as <c>runc spec</c> does (no newline at the end); else one line.</param>
    /// <returns>UTF-8.</returns>
    public static byte[] Write(OciSpec spec, bool indented = false)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return Write(spec, SpecSchema.Spec, indented);
    }

    /// <summary>Writes a process alone, as <c>exec --process</c> reads it.</summary>
    /// <param name="process">The process.</param>
    /// <param name="indented">Indent with tabs; else one line.</param>
    /// <returns>UTF-8.</returns>
    public static byte[] WriteProcess(OciProcess process, bool indented = false)
    {
        ArgumentNullException.ThrowIfNull(process);
        return Write(process, ProcessSchema.Process, indented);
    }

    /// <summary>Writes resources alone, as <c>update --resources</c> reads them.</summary>
    /// <param name="resources">The resources.</param>
    /// <param name="indented">Indent with tabs; else one line.</param>
    /// <returns>UTF-8.</returns>
    public static byte[] WriteResources(OciResources resources, bool indented = false)
    {
        ArgumentNullException.ThrowIfNull(resources);
        return Write(resources, ResourcesSchema.Resources, indented);
    }

    private static byte[] Write<T>(T value, Action<SpecFields, T> schema, bool indented)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, indented ? s_indented : s_compact))
        {
            json.WriteStartObject();
            schema(new JsonFieldWriter(json), value);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}
