using System.Globalization;
using OciRuntime.Core.Files;

namespace OciRuntime.Core.Cgroups.Statistics;

/// <summary>Reads the formats of the kernel's statistics: one number, "key number" lines, numbers in a row. A missing file reads as null.</summary>
internal static class StatisticFile
{
    /// <summary>The value of "max": no limit, as in the structures of the kernel.</summary>
    public const ulong Max = ulong.MaxValue;

    /// <summary>A file with one number, or "max".</summary>
    public static ulong? Number(string path) => TextFile.TryReadOnce(path) is { } text ? Parse(text) : null;

    /// <summary>The number of a key in a file of "key number" lines.</summary>
    public static ulong? Value(string path, string key)
    {
        foreach (ReadOnlySpan<char> line in TextFile.TryRead(path).AsSpan().EnumerateLines())
        {
            if (line.StartsWith(key, StringComparison.Ordinal) && line.Length > key.Length && line[key.Length] == ' ')
                return Parse(line[(key.Length + 1)..]);
        }
        return null;
    }

    /// <summary>All "key number" lines, in the kernel's order.</summary>
    public static Dictionary<string, ulong>? Values(string path)
    {
        if (TextFile.TryRead(path) is not { } text)
            return null;
        var values = new Dictionary<string, ulong>(StringComparer.Ordinal);
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            int space = line.IndexOf(' ');
            if (space > 0 && Parse(line[(space + 1)..]) is { } value)
                values[line[..space].ToString()] = value;
        }
        return values;
    }

    /// <summary>The space-separated numbers of a line.</summary>
    public static List<ulong> Row(string? text)
    {
        var numbers = new List<ulong>();
        foreach (string word in (text ?? string.Empty).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (Parse(word) is { } number)
                numbers.Add(number);
        }
        return numbers;
    }

    public static ulong? Parse(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        return text is "max" ? Max : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value : null;
    }
}
