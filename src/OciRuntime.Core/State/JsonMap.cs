using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace OciRuntime.Core.State;

/// <summary>A JSON object of strings that is parsed when first asked: a listing of a thousand containers looks into hardly any.</summary>
internal sealed class JsonMap : IReadOnlyDictionary<string, string>
{
    private readonly ReadOnlyMemory<byte> _json;
    private readonly string _emptyKey;
    private Dictionary<string, string>? _map;

    /// <param name="json">The object from its opening to its closing brace, well-formed.</param>
    /// <param name="emptyKey">What the empty key is called.</param>
    public JsonMap(ReadOnlyMemory<byte> json, string emptyKey = "")
    {
        _json = json;
        _emptyKey = emptyKey;
    }

    public IEnumerable<string> Keys => Map.Keys;

    public IEnumerable<string> Values => Map.Values;

    public int Count => Map.Count;

    private Dictionary<string, string> Map => _map ??= Parse(_json.Span, _emptyKey);

    public string this[string key] => Map[key];

    /// <summary>The same map, its empty key under a name.</summary>
    public JsonMap NamingTheEmptyKey(string name) => new(_json, name);

    /// <summary>Has it such a key? Without parsing, for keys that need no escape.</summary>
    public bool Mentions(ReadOnlySpan<byte> quotedKey) => _json.Span.IndexOf(quotedKey) >= 0;

    public bool ContainsKey(string key) => Map.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value) => Map.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => Map.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static Dictionary<string, string> Parse(ReadOnlySpan<byte> json, string emptyKey)
    {
        var reader = new Utf8JsonReader(json);
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string? key = TextOf(ref reader);
            reader.Read();
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                reader.Skip();
            if (key is not null)
                map[key.Length == 0 ? emptyKey : key] = reader.TokenType == JsonTokenType.String ? TextOf(ref reader) ?? string.Empty : string.Empty;
        }
        return map;
    }

    // An escape of half a surrogate pair is well-formed JSON and no text.
    private static string? TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
