using System.Text.Json;
using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Bundles;

/// <summary>The documents of images, read as strictly as config.json; only a few properties matter.</summary>
internal static class ImageJson
{
    public static JsonElement? Child(JsonElement? parent, string name)
    {
        if (parent is not { ValueKind: JsonValueKind.Object } element)
            return null;
        try
        {
            return element.TryGetProperty(name, out JsonElement child) && child.ValueKind != JsonValueKind.Null ? child : null;
        }
        catch (InvalidOperationException)
        {
            throw Unexpected(name, "only valid UTF-8 in the names next to it");
        }
    }

    public static string? Text(JsonElement? parent, string name)
    {
        if (Child(parent, name) is not { } child)
            return null;
        return child.ValueKind == JsonValueKind.String ? Decode(child, name) : throw Unexpected(name, "a string");
    }

    /// <summary>The JSON reader checks text only when it is decoded.</summary>
    private static string Decode(JsonElement text, string name)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Unexpected(name, "valid UTF-8");
        }
    }

    public static string RequiredText(JsonElement parent, string name) => Text(parent, name) ?? throw Unexpected(name, "a string");

    public static IEnumerable<JsonElement> Items(JsonElement? parent, string name)
    {
        if (Child(parent, name) is not { } child)
            return [];
        return child.ValueKind == JsonValueKind.Array ? child.EnumerateArray() : throw Unexpected(name, "an array");
    }

    public static List<string> Texts(JsonElement? parent, string name)
    {
        var texts = new List<string>();
        foreach (JsonElement item in Items(parent, name))
            texts.Add(item.ValueKind == JsonValueKind.String ? Decode(item, name) : throw Unexpected(name, "an array of strings"));
        return texts;
    }

    public static Dictionary<string, string> TextMap(JsonElement? parent, string name)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Child(parent, name) is not { } child)
            return map;
        if (child.ValueKind != JsonValueKind.Object)
            throw Unexpected(name, "an object");
        foreach (JsonProperty property in child.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String)
                throw Unexpected(name, "an object of strings");
            try
            {
                map[property.Name] = property.Value.GetString()!;
            }
            catch (InvalidOperationException)
            {
                throw Unexpected(name, "valid UTF-8");
            }
        }
        return map;
    }

    private static OciException Unexpected(string name, string expected) =>
        new(OciErrorCode.InvalidArgument, $"image: {name}: expected {expected}") { Step = "image", Object = name };
}
