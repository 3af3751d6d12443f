using System.Globalization;
using System.Text;

namespace OciRuntime.Core.Bundles;

/// <summary>A pax header, which describes the next member: records "length key=value", with values as bytes.</summary>
internal sealed class PaxRecords
{
    private readonly Dictionary<string, byte[]> _values = new(StringComparer.Ordinal);
    private long _sparseOffset = -1;

    /// <summary>The map of a sparse file in format 0.0, whose keys are repeated.</summary>
    public List<SparseSegment> SparseSegments { get; } = [];

    public IEnumerable<KeyValuePair<string, byte[]>> Values => _values;

    public static PaxRecords Parse(ReadOnlySpan<byte> text)
    {
        var records = new PaxRecords();
        while (text.Length > 0)
        {
            int blank = text.IndexOf((byte)' ');
            if (blank is < 1 or > 9 || !int.TryParse(text[..blank], NumberStyles.None, CultureInfo.InvariantCulture, out int length) || length > text.Length || length < blank + 2 || text[length - 1] != (byte)'\n')
                throw Wrong();
            ReadOnlySpan<byte> record = text[(blank + 1)..(length - 1)];
            int equals = record.IndexOf((byte)'=');
            if (equals < 1)
                throw Wrong();
            records.Add(Encoding.UTF8.GetString(record[..equals]), record[(equals + 1)..]);
            text = text[length..];
        }
        return records;
    }

    public string? Text(string key) => _values.TryGetValue(key, out byte[]? value) ? Encoding.UTF8.GetString(value) : null;

    public long? Number(string key) => Text(key) is { } text ? Number(text, key) : null;

    public long RequiredNumber(string key) => Number(key) ?? throw Wrong();

    /// <summary>A time from its seconds; digits beyond our resolution are dropped.</summary>
    public DateTimeOffset? Time(string key)
    {
        if (Text(key) is not { } text)
            return null;
        // A number that a decimal can't hold is out of range for a time as well.
        return decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal seconds) ? TarInput.TimeOf(seconds) : throw Wrong();
    }

    public static long Number(string text, string what) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : throw new InvalidDataException($"{what}: not a number");

    private void Add(string key, ReadOnlySpan<byte> value)
    {
        if (key == "GNU.sparse.offset")
            _sparseOffset = Number(Encoding.UTF8.GetString(value), key);
        else if (key == "GNU.sparse.numbytes")
            SparseMap.Add(SparseSegments, _sparseOffset, Number(Encoding.UTF8.GetString(value), key));
        // An empty value cancels the key, but an extended attribute may be empty.
        else if (value.Length == 0 && !key.StartsWith("SCHILY.xattr.", StringComparison.Ordinal))
            _values.Remove(key);
        else
            _values[key] = value.ToArray();
    }

    private static InvalidDataException Wrong() => new("the attributes of an entry are damaged");
}
