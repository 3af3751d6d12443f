using System.Text.Json;
using System.Text.RegularExpressions;

namespace OciRuntime.Cli.Tests.Hosting;

/// <summary>The part of JSON Schema (draft 4) that the runtime-spec's schemas use. A word that it does not know is a problem, not a pass.</summary>
internal sealed class JsonSchema(string folder)
{
    private readonly Dictionary<string, JsonElement> _files = [];
    private readonly List<string> _problems = [];

    public IReadOnlyList<string> Problems(string file, JsonElement value)
    {
        Check(file, Load(file), value, "");
        return _problems;
    }

    private JsonElement Load(string file)
    {
        if (!_files.TryGetValue(file, out JsonElement root))
            _files[file] = root = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, file))).RootElement;
        return root;
    }

    private void Check(string file, JsonElement schema, JsonElement value, string at)
    {
        foreach (JsonProperty rule in schema.EnumerateObject())
        {
            switch (rule.Name)
            {
                case "$schema" or "description" or "id" or "title" or "definitions" or "properties" or "patternProperties" or "additionalProperties" or "format":
                    break;
                case "$ref":
                    CheckReference(file, rule.Value.GetString()!, value, at);
                    break;
                case "type":
                    Need(Types(rule.Value).Any(type => IsOf(type, value)), at, $"is not a {rule.Value}");
                    break;
                case "enum":
                    Need(rule.Value.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)), at, $"{value} is not of the enumeration");
                    break;
                case "required" when value.ValueKind == JsonValueKind.Object:
                    foreach (JsonElement name in rule.Value.EnumerateArray())
                        Need(value.TryGetProperty(name.GetString()!, out _), at, $"lacks {name}");
                    break;
                case "items" when value.ValueKind == JsonValueKind.Array:
                    int index = 0;
                    foreach (JsonElement item in value.EnumerateArray())
                        Check(file, rule.Value, item, $"{at}/{index++}");
                    break;
                case "pattern" when value.ValueKind == JsonValueKind.String:
                    Need(Regex.IsMatch(value.GetString()!, rule.Value.GetString()!), at, $"does not match {rule.Value}");
                    break;
                case "minimum" when value.ValueKind == JsonValueKind.Number:
                    Need(value.GetDouble() >= rule.Value.GetDouble(), at, "is too small");
                    break;
                case "maximum" when value.ValueKind == JsonValueKind.Number:
                    Need(value.GetDouble() <= rule.Value.GetDouble(), at, "is too large");
                    break;
                case "minItems" when value.ValueKind == JsonValueKind.Array:
                    Need(value.GetArrayLength() >= rule.Value.GetInt32(), at, "has too few items");
                    break;
                case "uniqueItems" when value.ValueKind == JsonValueKind.Array:
                    Need(value.EnumerateArray().Select(item => item.GetRawText()).Distinct().Count() == value.GetArrayLength(), at, "has equal items");
                    break;
                case "allOf":
                    foreach (JsonElement one in rule.Value.EnumerateArray())
                        Check(file, one, value, at);
                    break;
                case "anyOf" or "oneOf":
                    Need(rule.Value.EnumerateArray().Any(one => Passes(file, one, value)), at, "matches no alternative");
                    break;
                case "required" or "items" or "pattern" or "minimum" or "maximum" or "minItems" or "uniqueItems":
                    break;
                default:
                    _problems.Add($"{at}: the schema's word {rule.Name} is not understood");
                    break;
            }
        }
        if (value.ValueKind == JsonValueKind.Object)
            CheckProperties(file, schema, value, at);
    }

    private void CheckProperties(string file, JsonElement schema, JsonElement value, string at)
    {
        foreach (JsonProperty property in value.EnumerateObject())
        {
            string path = $"{at}/{property.Name}";
            if (schema.TryGetProperty("properties", out JsonElement properties) && properties.TryGetProperty(property.Name, out JsonElement known))
                Check(file, known, property.Value, path);
            else if (schema.TryGetProperty("additionalProperties", out JsonElement additional) && additional.ValueKind == JsonValueKind.Object)
                Check(file, additional, property.Value, path);
            if (schema.TryGetProperty("patternProperties", out JsonElement patterns))
            {
                foreach (JsonProperty pattern in patterns.EnumerateObject().Where(pattern => Regex.IsMatch(property.Name, pattern.Name)))
                    Check(file, pattern.Value, property.Value, path);
            }
        }
    }

    private void CheckReference(string file, string reference, JsonElement value, string at)
    {
        string[] parts = reference.Split('#');
        string target = parts[0].Length > 0 ? parts[0] : file;
        JsonElement schema = Load(target);
        foreach (string name in (parts.Length > 1 ? parts[1] : "").Split('/', StringSplitOptions.RemoveEmptyEntries))
            schema = schema.GetProperty(name);
        Check(target, schema, value, at);
    }

    private bool Passes(string file, JsonElement schema, JsonElement value)
    {
        int before = _problems.Count;
        Check(file, schema, value, "");
        bool passed = _problems.Count == before;
        _problems.RemoveRange(before, _problems.Count - before);
        return passed;
    }

    private static IEnumerable<string> Types(JsonElement type) =>
        type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(one => one.GetString()!) : [type.GetString()!];

    private static bool IsOf(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && decimal.IsInteger(value.GetDecimal()),
        "number" => value.ValueKind == JsonValueKind.Number,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => false,
    };

    private void Need(bool met, string at, string problem)
    {
        if (!met)
            _problems.Add($"{(at.Length == 0 ? "/" : at)} {problem}");
    }
}
