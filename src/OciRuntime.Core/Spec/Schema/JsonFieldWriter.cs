using System.Text.Json;

namespace OciRuntime.Core.Spec.Schema;

/// <summary>Writes the values that are set; empty strings, lists and maps count as not set (Go's omitempty).</summary>
internal sealed class JsonFieldWriter(Utf8JsonWriter json) : SpecFields
{
    protected override bool Fills => false;

    public override bool Flag(string name, bool value, bool required = false)
    {
        if (value || required)
            json.WriteBoolean(name, value);
        return value;
    }

    public override bool? OptionalFlag(string name, bool? value)
    {
        if (value is { } set)
            json.WriteBoolean(name, set);
        return value;
    }

    public override string? Text(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            json.WriteString(name, value);
        return value;
    }

    public override string RequiredText(string name, string value)
    {
        json.WriteString(name, value);
        return value;
    }

    public override long? Signed(string name, long? value, long min, long max, bool required)
    {
        if (value is { } set)
            json.WriteNumber(name, set);
        return value;
    }

    public override ulong? Unsigned(string name, ulong? value, ulong max, bool required)
    {
        if (value is { } set)
            json.WriteNumber(name, set);
        return value;
    }

    public override List<string>? Texts(string name, List<string>? value, bool required = false, bool emptyCounts = false)
    {
        if (value is { Count: > 0 } || required || (emptyCounts && value is not null))
        {
            json.WriteStartArray(name);
            foreach (string item in value ?? [])
                json.WriteStringValue(item ?? string.Empty);
            json.WriteEndArray();
        }
        return value;
    }

    public override List<uint>? Ids(string name, List<uint>? value)
    {
        if (value is { Count: > 0 })
        {
            json.WriteStartArray(name);
            foreach (uint item in value)
                json.WriteNumberValue(item);
            json.WriteEndArray();
        }
        return value;
    }

    public override Dictionary<string, string>? TextMap(string name, Dictionary<string, string>? value)
    {
        if (BeginMap(name, value?.Keys) is { } keys)
        {
            foreach (string key in keys)
                json.WriteString(key, value![key] ?? string.Empty);
            EndMap();
        }
        return value;
    }

    public override void Foreign(string name)
    {
    }

    protected override bool BeginObject(string name, bool present)
    {
        if (present)
            json.WriteStartObject(name);
        return present;
    }

    protected override void EndObject() => json.WriteEndObject();

    protected override int BeginArray(string name, int count)
    {
        if (count == 0)
            return -1;
        json.WriteStartArray(name);
        return count;
    }

    protected override bool BeginItem(int index)
    {
        json.WriteStartObject();
        return true;
    }

    protected override void EndArray() => json.WriteEndArray();

    protected override string[]? BeginMap(string name, ICollection<string>? keys)
    {
        if (keys is null || keys.Count == 0)
            return null;
        json.WriteStartObject(name);
        string[] sorted = new string[keys.Count];
        keys.CopyTo(sorted, 0);
        Array.Sort(sorted, StringComparer.Ordinal);
        return sorted;
    }

    protected override void EndMap() => json.WriteEndObject();
}
