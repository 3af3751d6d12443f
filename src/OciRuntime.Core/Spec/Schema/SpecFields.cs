namespace OciRuntime.Core.Spec.Schema;

/// <summary>
/// A walk over the properties of the configuration. The schema classes name every property once, in the order in which
/// <c>runc spec</c> writes them; reading, writing and naming are three walks over the same lines. Each member takes the name and
/// the present value and returns the value to keep: a reader returns what it found, a writer what it was given.
/// </summary>
internal abstract class SpecFields
{
    /// <summary>Whether this walk fills properties from JSON instead of reading them.</summary>
    protected abstract bool Fills { get; }

    /// <summary>A boolean. Written if it is true or required.</summary>
    public abstract bool Flag(string name, bool value, bool required = false);

    /// <summary>A boolean that may be absent.</summary>
    public abstract bool? OptionalFlag(string name, bool? value);

    /// <summary>A string; null and "" are not written.</summary>
    public abstract string? Text(string name, string? value);

    /// <summary>A required string.</summary>
    public abstract string RequiredText(string name, string value);

    /// <summary>A signed integer.</summary>
    public abstract long? Signed(string name, long? value, long min, long max, bool required);

    /// <summary>An unsigned integer.</summary>
    public abstract ulong? Unsigned(string name, ulong? value, ulong max, bool required);

    /// <summary>A list of strings; an empty one is written only with <paramref name="emptyCounts"/>.</summary>
    public abstract List<string>? Texts(string name, List<string>? value, bool required = false, bool emptyCounts = false);

    /// <summary>A list of ids.</summary>
    public abstract List<uint>? Ids(string name, List<uint>? value);

    /// <summary>An object of strings.</summary>
    public abstract Dictionary<string, string>? TextMap(string name, Dictionary<string, string>? value);

    /// <summary>A property of the runtime-spec that has no meaning on Linux.</summary>
    public abstract void Foreign(string name);

    public int? Int32(string name, int? value) => (int?)Signed(name, value, int.MinValue, int.MaxValue, required: false);

    public long? Int64(string name, long? value) => Signed(name, value, long.MinValue, long.MaxValue, required: false);

    public long RequiredInt64(string name, long value) => Signed(name, value, long.MinValue, long.MaxValue, required: true)!.Value;

    public ushort? UInt16(string name, ushort? value) => (ushort?)Unsigned(name, value, ushort.MaxValue, required: false);

    public uint? UInt32(string name, uint? value) => (uint?)Unsigned(name, value, uint.MaxValue, required: false);

    public uint RequiredUInt32(string name, uint value) => (uint)Unsigned(name, value, uint.MaxValue, required: true)!.Value;

    public ulong? UInt64(string name, ulong? value) => Unsigned(name, value, ulong.MaxValue, required: false);

    public ulong RequiredUInt64(string name, ulong value) => Unsigned(name, value, ulong.MaxValue, required: true)!.Value;

    /// <summary>An object.</summary>
    public T? Object<T>(string name, T? value, Action<SpecFields, T> schema)
        where T : class, new()
    {
        if (!BeginObject(name, value is not null))
            return Fills ? null : value;
        T item = Fills ? new T() : value ?? new T();
        schema(this, item);
        EndObject();
        return item;
    }

    /// <summary>A list of objects.</summary>
    public List<T>? Objects<T>(string name, List<T>? value, Action<SpecFields, T> schema)
        where T : class, new()
    {
        int count = BeginArray(name, value?.Count ?? 0);
        if (count < 0)
            return Fills ? null : value;
        List<T> items = Fills ? new List<T>(count) : value ?? [];
        for (int i = 0; i < count; i++)
        {
            if (!BeginItem(i))
                continue;
            T item = Fills ? new T() : items[i] ?? new T();
            schema(this, item);
            EndObject();
            if (Fills)
                items.Add(item);
        }
        EndArray();
        return items;
    }

    /// <summary>A map with objects as values.</summary>
    public Dictionary<string, T>? ObjectMap<T>(string name, Dictionary<string, T>? value, Action<SpecFields, T> schema)
        where T : class, new()
    {
        string[]? keys = BeginMap(name, value?.Keys);
        if (keys is null)
            return Fills ? null : value;
        Dictionary<string, T> items = Fills || value is null ? new Dictionary<string, T>(keys.Length, StringComparer.Ordinal) : value;
        foreach (string key in keys)
        {
            if (!BeginObject(key, present: true))
                continue;
            T item = Fills ? new T() : items[key] ?? new T();
            schema(this, item);
            EndObject();
            if (Fills)
                items[key] = item;
        }
        EndMap();
        return items;
    }

    /// <summary>Enters an object; false if there is none.</summary>
    protected abstract bool BeginObject(string name, bool present);

    protected abstract void EndObject();

    /// <summary>Enters an array of objects; -1 if there is none, else the number of items.</summary>
    protected abstract int BeginArray(string name, int count);

    /// <summary>Enters the next item; false if it is not an object.</summary>
    protected abstract bool BeginItem(int index);

    protected abstract void EndArray();

    /// <summary>Enters a map; null if there is none, else the keys in the order to visit.</summary>
    protected abstract string[]? BeginMap(string name, ICollection<string>? keys);

    protected abstract void EndMap();
}
