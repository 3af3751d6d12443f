using System.Text.Json.Nodes;

namespace OciRuntime.Core.Tests.Spec;

/// <summary>Every property of the runtime-spec's JSON schema for Linux as a pointer with * for items and keys, and the words that one may be.</summary>
internal sealed class SchemaWalk
{
    private readonly string _folder;
    private readonly Dictionary<string, JsonNode> _files = [];

    public SchemaWalk(string folder)
    {
        _folder = folder;
        JsonNode root = Load("config-schema.json");
        // The other systems are somebody else's business.
        foreach (string foreign in (string[])["solaris", "windows", "vm", "zos", "freebsd"])
            root["properties"]!.AsObject().Remove(foreign);
        Walk(root, "config-schema.json", string.Empty);
    }

    public SortedSet<string> Properties { get; } = new(StringComparer.Ordinal);

    /// <summary>By the pointer of the property, or of the items of a list.</summary>
    public Dictionary<string, string[]> Words { get; } = [];

    private void Walk(JsonNode schema, string file, string pointer)
    {
        if (schema["$ref"] is { } reference)
        {
            string[] parts = reference.GetValue<string>().Split('#');
            string target = parts[0].Length == 0 ? file : parts[0];
            JsonNode node = Load(target);
            foreach (string step in parts[1].Split('/', StringSplitOptions.RemoveEmptyEntries))
                node = node[step]!;
            Walk(node, target, pointer);
            return;
        }
        foreach (JsonNode? part in (schema["allOf"] ?? schema["anyOf"])?.AsArray() ?? [])
            Walk(part!, file, pointer);
        if (schema["enum"] is JsonArray words)
            Words[pointer] = [.. words.Select(word => word!.GetValue<string>())];
        foreach ((string name, JsonNode? property) in schema["properties"]?.AsObject() ?? [])
        {
            Properties.Add($"{pointer}/{name}");
            Walk(property!, file, $"{pointer}/{name}");
        }
        if ((schema["items"] ?? schema["additionalProperties"] as JsonObject) is { } items)
            Walk(items, file, pointer + "/*");
    }

    private JsonNode Load(string file) =>
        _files.TryGetValue(file, out JsonNode? node) ? node : _files[file] = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder, file)))!;
}
