using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace OciRuntime.Core.State;

/// <summary>A JSON object of strings that is parsed on first use: a listing of a thousand containers looks into hardly any.</summary>
internal sealed class JsonMap : IReadOnlyDictionary<string, string>
{
    public static readonly JsonMap Empty = new("{}"u8.ToArray());

    private readonly ReadOnlyMemory<byte> _json;
    private readonly string _emptyKey;
    private Dictionary<string, string>? _map;

    /// <param name="json">The object from its opening to its closing brace, well-formed.</param>
    /// <param name="emptyKey">The name given to the empty key.</param>
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

    /// <summary>The same map with a name for the empty key.</summary>
    public JsonMap NamingTheEmptyKey(string name) => new(_json, name);

    public bool ContainsKey(string key) => TryGetValue(key, out _);

    /// <summary>Searches the text, unless the map has been parsed already.</summary>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
    {
        if (_map is not null)
            return _map.TryGetValue(key, out value);
        string? found = null;
        var reader = new Utf8JsonReader(_json.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool wanted = IsKey(ref reader, key);
            string text = ValueOf(ref reader, wanted);
            if (wanted)
                found = text; // the last one counts, as in the map
        }
        value = found;
        return found is not null;
    }

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
            string text = ValueOf(ref reader, wanted: key is not null);
            if (key is not null)
                map[key.Length == 0 ? emptyKey : key] = text;
        }
        return map;
    }

    private bool IsKey(ref Utf8JsonReader reader, string key) =>
        (key == _emptyKey && reader.ValueTextEquals(string.Empty)) || (key.Length > 0 && reader.ValueTextEquals(key));

    // A value that is not a string, or not valid text, counts as empty.
    private static string ValueOf(ref Utf8JsonReader reader, bool wanted)
    {
        reader.Read();
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            reader.Skip();
        return wanted && reader.TokenType == JsonTokenType.String ? TextOf(ref reader) ?? string.Empty : string.Empty;
    }

    // An escaped half of a surrogate pair is well-formed JSON but not text.
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
