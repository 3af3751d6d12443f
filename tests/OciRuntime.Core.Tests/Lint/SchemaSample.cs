using System.Text.Json.Nodes;

namespace OciRuntime.Core.Tests.Lint;

/// <summary>Makes a document from the JSON schema of the runtime-spec that uses every property once.</summary>
internal static class SchemaSample
{
    public static IEnumerable<string> Properties(string folder)
    {
        JsonNode root = Load(folder, "config-schema.json");
        // The other systems are somebody else's business.
        foreach (string foreign in (string[])["solaris", "windows", "vm", "zos", "freebsd"])
            root["properties"]!.AsObject().Remove(foreign);
        yield return Sample(root, "config-schema.json", folder)!.ToJsonString();
    }

    private static JsonNode? Sample(JsonNode schema, string file, string folder)
    {
        if (schema["properties"] is JsonObject properties)
        {
            var sample = new JsonObject();
            foreach ((string name, JsonNode? property) in properties)
                sample[name] = Sample(property!, file, folder);
            return sample;
        }
        if (schema["$ref"] is { } reference)
        {
            string[] parts = reference.GetValue<string>().Split('#');
            string target = parts[0].Length == 0 ? file : parts[0];
            JsonNode node = Load(folder, target);
            foreach (string step in parts[1].Split('/', StringSplitOptions.RemoveEmptyEntries))
                node = node[step]!;
            return Sample(node, target, folder);
        }
        if (schema["allOf"] is JsonArray all)
        {
            var merged = new JsonObject();
            foreach (JsonNode? part in all)
                foreach ((string name, JsonNode? value) in Sample(part!, file, folder)!.AsObject())
                    merged[name] = value?.DeepClone();
            return merged;
        }
        if (schema["anyOf"] is JsonArray any)
            return Sample(any[0]!, file, folder);
        return schema["type"]?.GetValue<string>() switch
        {
            "array" => new JsonArray(Sample(schema["items"]!, file, folder)),
            "object" when schema["additionalProperties"] is JsonObject value => new JsonObject { ["key"] = Sample(value, file, folder) },
            "object" => new JsonObject { ["key"] = "text" },
            "boolean" => true,
            "integer" => 1,
            _ => schema["enum"] is JsonArray words ? words[0]!.DeepClone() : "text",
        };
    }

    private static JsonNode Load(string folder, string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, file)))!;
}
