using System.Text.Json;
using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Spec.Bundles;

/// <summary>The documents of images, read with the same care as config.json; there are few properties of interest.</summary>
internal static class ImageJson
{
    public static JsonElement? Child(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } element && element.TryGetProperty(name, out JsonElement child) && child.ValueKind != JsonValueKind.Null ? child : null;

    public static string? Text(JsonElement? parent, string name)
    {
        if (Child(parent, name) is not { } child)
            return null;
        return child.ValueKind == JsonValueKind.String ? child.GetString() : throw Unexpected(name, "a string");
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
            texts.Add(item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Unexpected(name, "an array of strings"));
        return texts;
    }

    public static IEnumerable<JsonProperty> Properties(JsonElement? parent, string name)
    {
        if (Child(parent, name) is not { } child)
            return [];
        return child.ValueKind == JsonValueKind.Object ? child.EnumerateObject() : throw Unexpected(name, "an object");
    }

    private static OciException Unexpected(string name, string expected) =>
        new(OciErrorCode.InvalidArgument, $"image: {name}: expected {expected}") { Step = "image", Object = name };
}
