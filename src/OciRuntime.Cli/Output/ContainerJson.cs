using System.Buffers;
using System.Globalization;
using System.Text.Json;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Cli.Output;

/// <summary>The JSON of a container that <c>state</c> and <c>list -f json</c> print.</summary>
internal static class ContainerJson
{
    internal static readonly JsonWriterOptions Indented = new() { Indented = true, IndentSize = 2, NewLine = "\n", Encoder = JsonEscapes.Encoder };
    internal static readonly JsonWriterOptions Compact = new() { Encoder = JsonEscapes.Encoder };

    /// <summary>One object over several lines, indented by two spaces.</summary>
    internal static byte[] Of(OciContainer container)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, Indented))
            Write(writer, container);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>An array on one line; null when there is none, as in runc.</summary>
    internal static byte[] Of(List<OciContainer> containers)
    {
        if (containers.Count == 0)
            return "null"u8.ToArray();
        var buffer = new ArrayBufferWriter<byte>(containers.Count * 256);
        using (var writer = new Utf8JsonWriter(buffer, Compact))
        {
            writer.WriteStartArray();
            foreach (OciContainer container in containers)
                Write(writer, container);
            writer.WriteEndArray();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>RFC 3339 with nanoseconds, trailing zeros left out.</summary>
    internal static string Time(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    private static void Write(Utf8JsonWriter writer, OciContainer container)
    {
        writer.WriteStartObject();
        if (container.OciVersion is null)
        {
            // A container that is being created, or is broken, has only a name.
            writer.WriteString("id", container.Id);
            writer.WriteString("status", StatusText(container.State));
            writer.WriteEndObject();
            return;
        }
        writer.WriteString("ociVersion", container.OciVersion);
        writer.WriteString("id", container.Id);
        writer.WriteNumber("pid", container.Pid);
        writer.WriteString("status", StatusText(container.State));
        writer.WriteString("bundle", container.Bundle);
        writer.WriteString("rootfs", container.Rootfs);
        writer.WriteString("created", Time(container.CreatedUtc.GetValueOrDefault()));
        if (container.Annotations.Count > 0)
        {
            writer.WriteStartObject("annotations");
            foreach ((string key, string value) in container.Annotations)
                writer.WriteString(key, value);
            writer.WriteEndObject();
        }

        writer.WriteString("owner", container.Owner);
        writer.WriteEndObject();
    }

    /// <summary>The spec's word, and our own for a directory that is not a complete container: no caller may take that for a stopped one.</summary>
    internal static string StatusText(ContainerStatus status) => status switch
    {
        ContainerStatus.Creating or ContainerStatus.Created => "created",
        ContainerStatus.Running => "running",
        ContainerStatus.Paused => "paused",
        ContainerStatus.Broken => "broken",
        _ => "stopped",
    };
}
