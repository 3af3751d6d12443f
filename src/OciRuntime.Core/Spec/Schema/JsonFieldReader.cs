using System.Globalization;
using System.Text.Json;
using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Spec.Schema;

/// <summary>
/// Reads from a parsed document. Names are exact, null counts as absent, and of duplicate names the last one counts.
/// Throws on the first invalid value, unless findings are collected.
/// </summary>
internal sealed class JsonFieldReader(string source, ISpecFindings? findings) : SpecFields
{
    private const string UnsignedRange = "an integer from 0 to ";

    // Longer than any pointer of the schema.
    private readonly Segment[] _path = new Segment[12];
    private int _depth;
    private JsonElement _object;
    private List<string>? _known;

    protected override bool Fills => true;

    /// <summary>Reads the whole document as one object.</summary>
    public T Root<T>(JsonElement root, Action<SpecFields, T> schema)
        where T : class, new()
    {
        var value = new T();
        if (root.ValueKind == JsonValueKind.Null)
        {
            findings?.Null(string.Empty);
            using JsonDocument empty = JsonDocument.Parse("{}");
            return Root(empty.RootElement, schema);
        }
        if (root.ValueKind != JsonValueKind.Object)
        {
            Refuse(null, Mismatch("an object", root));
            return value;
        }
        _object = root;
        _known = findings is null ? null : [];
        schema(this, value);
        ReportUnknown();
        return value;
    }

    public override bool Flag(string name, bool value, bool required = false)
    {
        if (Find(name, required, out JsonElement element))
        {
            if (element.ValueKind is JsonValueKind.True or JsonValueKind.False)
                return element.ValueKind == JsonValueKind.True;
            Refuse(name, Mismatch("true or false", element));
        }
        return false;
    }

    public override bool? OptionalFlag(string name, bool? value)
    {
        if (Find(name, required: false, out JsonElement element))
        {
            if (element.ValueKind is JsonValueKind.True or JsonValueKind.False)
                return element.ValueKind == JsonValueKind.True;
            Refuse(name, Mismatch("true or false", element));
        }
        return null;
    }

    public override string? Text(string name, string? value) => FindText(name, required: false);

    public override string RequiredText(string name, string value) => FindText(name, required: true) ?? string.Empty;

    public override long? Signed(string name, long? value, long min, long max, bool required)
    {
        if (Find(name, required, out JsonElement element))
        {
            if (element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out long number) && number >= min && number <= max)
                return number;
            Refuse(name, Mismatch(string.Create(CultureInfo.InvariantCulture, $"an integer from {min} to {max}"), element));
        }
        return required ? 0 : null;
    }

    public override ulong? Unsigned(string name, ulong? value, ulong max, bool required)
    {
        if (Find(name, required, out JsonElement element))
        {
            if (element.ValueKind == JsonValueKind.Number && element.TryGetUInt64(out ulong number) && number <= max)
                return number;
            Refuse(name, Mismatch(UnsignedRange + max.ToString(CultureInfo.InvariantCulture), element));
        }
        return required ? 0 : null;
    }

    public override List<string>? Texts(string name, List<string>? value, bool required = false, bool emptyCounts = false)
    {
        if (!FindArray(name, required, out JsonElement element))
            return null;
        var items = new List<string>(element.GetArrayLength());
        int index = 0;
        foreach (JsonElement item in element.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Null)
                findings?.Null(SpecPointer.Item(SpecPointer.Property(Pointer(), name), index));
            else if (item.ValueKind != JsonValueKind.String)
                Refuse(name, index, Mismatch("a string", item));
            else if (TextOf(item) is { } text)
                items.Add(text);
            else
                Refuse(name, index, NotUtf8);
            index++;
        }
        return items;
    }

    public override List<uint>? Ids(string name, List<uint>? value)
    {
        if (!FindArray(name, required: false, out JsonElement element))
            return null;
        var items = new List<uint>(element.GetArrayLength());
        int index = 0;
        foreach (JsonElement item in element.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Number && item.TryGetUInt32(out uint id))
                items.Add(id);
            else
                Refuse(name, index, Mismatch(UnsignedRange + "4294967295", item));
            index++;
        }
        return items;
    }

    public override Dictionary<string, string>? TextMap(string name, Dictionary<string, string>? value)
    {
        if (!Find(name, required: false, out JsonElement element))
            return null;
        if (element.ValueKind != JsonValueKind.Object)
        {
            Refuse(name, Mismatch("an object", element));
            return null;
        }
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (NameOf(property) is not { } key)
                Refuse(name, "a name in it is not valid UTF-8");
            else if (property.Value.ValueKind == JsonValueKind.Null)
                map[key] = string.Empty;
            else if (property.Value.ValueKind != JsonValueKind.String)
                RefuseIn(name, key, Mismatch("a string", property.Value));
            else if (TextOf(property.Value) is { } text)
                map[key] = text;
            else
                RefuseIn(name, key, NotUtf8);
        }
        return map;
    }

    public override void Foreign(string name) => _known?.Add(name);

    protected override bool BeginObject(string name, bool present)
    {
        if (!Find(name, required: false, out JsonElement element))
            return false;
        if (element.ValueKind != JsonValueKind.Object)
        {
            Refuse(name, Mismatch("an object", element));
            return false;
        }
        Push(name, -1);
        Enter(element);
        return true;
    }

    protected override void EndObject()
    {
        ReportUnknown();
        Pop();
    }

    protected override int BeginArray(string name, int count)
    {
        if (!FindArray(name, required: false, out JsonElement element))
            return -1;
        Push(name, -1);
        _path[_depth - 1].Items = element.EnumerateArray();
        return element.GetArrayLength();
    }

    protected override bool BeginItem(int index)
    {
        ref Segment array = ref _path[_depth - 1];
        array.Items.MoveNext();
        JsonElement item = array.Items.Current;
        if (item.ValueKind != JsonValueKind.Object)
        {
            Refuse(index, Mismatch("an object", item));
            return false;
        }
        Push(null, index);
        Enter(item);
        return true;
    }

    protected override void EndArray() => Pop();

    protected override string[]? BeginMap(string name, ICollection<string>? keys)
    {
        if (!BeginObject(name, present: true))
            return null;
        var names = new List<string>();
        foreach (JsonProperty property in _object.EnumerateObject())
        {
            if (NameOf(property) is not { } key)
                Refuse(null, "a name in it is not valid UTF-8");
            else if (!names.Contains(key))
                names.Add(key);
        }
        return [.. names];
    }

    protected override void EndMap()
    {
        // A map may have any names.
        _known = null;
        Pop();
    }

    private const string NotUtf8 = "expected a string in valid UTF-8";

    private void Enter(JsonElement element)
    {
        _object = element;
        _known = findings is null ? null : [];
    }

    private bool Find(string name, bool required, out JsonElement element)
    {
        _known?.Add(name);
        try
        {
            if (_object.TryGetProperty(name, out element) && element.ValueKind != JsonValueKind.Null)
                return true;
        }
        catch (InvalidOperationException)
        {
            // Another name in the object has half of a surrogate pair.
            element = default;
            Refuse(null, "a name in it is not valid UTF-8");
            return false;
        }
        if (required)
            Refuse(name, "required, but missing");
        return false;
    }

    private bool FindArray(string name, bool required, out JsonElement element)
    {
        if (!Find(name, required, out element))
            return false;
        if (element.ValueKind == JsonValueKind.Array)
            return true;
        Refuse(name, Mismatch("an array", element));
        return false;
    }

    private string? FindText(string name, bool required)
    {
        if (!Find(name, required, out JsonElement element))
            return null;
        if (element.ValueKind != JsonValueKind.String)
            Refuse(name, Mismatch("a string", element));
        else if (TextOf(element) is { } text)
            return text;
        else
            Refuse(name, NotUtf8);
        return null;
    }

    // The parser checks only the syntax; invalid UTF-8 and half surrogate pairs are found when the text is decoded.
    private static string? TextOf(JsonElement element)
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string? NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string Mismatch(string expected, JsonElement found) => $"expected {expected}, found {Describe(found)}";

    private static string Describe(JsonElement found) => found.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => TextOf(found) is { } text ? $"the string \"{Shorten(text)}\"" : "a string",
        JsonValueKind.Null => "null",
        _ => Shorten(found.GetRawText()),
    };

    // Messages are one line.
    private static string Shorten(string text)
    {
        ReadOnlySpan<char> start = text.AsSpan(0, Math.Min(text.Length, 40));
        Span<char> clean = stackalloc char[start.Length];
        for (int i = 0; i < start.Length; i++)
            clean[i] = char.IsControl(start[i]) ? '?' : start[i];
        return text.Length > 40 ? string.Concat(clean, "...") : clean.ToString();
    }

    private void Refuse(string? name, string problem) => RefuseAt(name is null ? Pointer() : SpecPointer.Property(Pointer(), name), problem);

    private void Refuse(int index, string problem) => RefuseAt(SpecPointer.Item(Pointer(), index), problem);

    private void Refuse(string name, int index, string problem) => RefuseAt(SpecPointer.Item(SpecPointer.Property(Pointer(), name), index), problem);

    private void RefuseIn(string name, string key, string problem) =>
        RefuseAt(SpecPointer.Property(SpecPointer.Property(Pointer(), name), key), problem);

    private void RefuseAt(string pointer, string problem)
    {
        if (findings is null)
            throw InvalidSpec.Error(source, pointer, problem);
        findings.Invalid(pointer, problem);
    }

    private void ReportUnknown()
    {
        if (findings is null || _known is null)
            return;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonProperty property in _object.EnumerateObject())
        {
            if (NameOf(property) is not { } name)
                findings.Invalid(Pointer(), "a name in it is not valid UTF-8");
            else if (!seen.Add(name))
                findings.Duplicate(SpecPointer.Property(Pointer(), name), name);
            else if (!_known.Contains(name))
                findings.Unknown(SpecPointer.Property(Pointer(), name), name, _known);
        }
    }

    private void Push(string? name, int index)
    {
        _path[_depth++] = new Segment { Name = name, Index = index, Parent = _object, Known = _known };
    }

    private void Pop()
    {
        ref Segment top = ref _path[--_depth];
        _object = top.Parent;
        _known = top.Known;
    }

    private string Pointer()
    {
        string pointer = string.Empty;
        for (int i = 0; i < _depth; i++)
            pointer = _path[i].Name is { } name ? SpecPointer.Property(pointer, name) : SpecPointer.Item(pointer, _path[i].Index);
        return pointer;
    }

    private struct Segment
    {
        public string? Name;
        public int Index;
        public JsonElement Parent;
        public List<string>? Known;
        public JsonElement.ArrayEnumerator Items;
    }
}
