using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using OciRuntime.Tests.Shared;

namespace OciRuntime.Cli.Tests.Hosting;

/// <summary>The runtime-spec's own JSON schemas.</summary>
internal static class SpecSchema
{
    /// <summary>Where they are, in shared/data.</summary>
    public const string Folder = "runtime-spec-1.3.0-schema";

    private static readonly Lazy<Dictionary<string, JsonSchema>> s_schemas = new(Load);

    /// <summary>What a document has against a schema: the pointer into it, and why.</summary>
    /// <param name="file">Name of the schema.</param>
    /// <param name="json">The document.</param>
    public static IReadOnlyList<string> Problems(string file, string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        EvaluationResults results = s_schemas.Value[file].Evaluate(document.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return results.IsValid ? [] : [.. (results.Details ?? []).Where(static one => one.Errors is not null).SelectMany(static one => one.Errors!.Select(error => $"{one.InstanceLocation}: {error.Value}"))];
    }

    private static Dictionary<string, JsonSchema> Load()
    {
        var schemas = new Dictionary<string, JsonSchema>(StringComparer.Ordinal);
        var options = new BuildOptions { Dialect = Dialect.Draft06, SchemaRegistry = new SchemaRegistry() };
        foreach (string path in Directory.GetFiles(Machine.FindSharedData(Folder)!, "*.json"))
        {
            JsonObject schema = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
            // Draft 4, which the library does not have; the words that these use mean the same in draft 6, but for the name of the id.
            schema.Remove("$schema");
            schema.Remove("id");
            schemas.Add(Path.GetFileName(path), JsonSchema.Build(JsonSerializer.SerializeToElement(schema), options, new Uri("https://opencontainers.org/" + Path.GetFileName(path))));
        }
        return schemas;
    }
}
