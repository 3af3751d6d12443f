using System.Globalization;

namespace OciRuntime.Core.Spec;

/// <summary>Sizes in human-readable form: <c>512m</c>, <c>1.5g</c>, <c>64MiB</c>. Units are powers of 1024, as in every container tool.</summary>
internal static class ByteSize
{
    private const string Units = "kmgtp";

    /// <summary>Reads a size.</summary>
    /// <param name="text">The text.</param>
    /// <param name="bytes">Bytes; -1, which means no limit, is returned as is.</param>
    /// <returns>False when the text is not a size.</returns>
    public static bool TryParse(string? text, out long bytes)
    {
        bytes = -1;
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        if (rest is "-1")
            return true;
        int digits = 0;
        while (digits < rest.Length && (char.IsAsciiDigit(rest[digits]) || rest[digits] == '.'))
            digits++;
        if (!decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number))
            return false;
        int power = PowerOf(rest[digits..].TrimStart());
        if (power < 0)
            return false;
        decimal factor = 1;
        for (int i = 0; i < power; i++)
            factor *= 1024;
        // There is no half byte: 1.5 means a forgotten unit.
        if ((power == 0 && !decimal.IsInteger(number)) || number > long.MaxValue / factor)
            return false;
        bytes = (long)(number * factor);
        return true;
    }

    /// <summary>Writes a size with the largest unit that leaves no remainder.</summary>
    /// <param name="bytes">Bytes; -1 for no limit.</param>
    public static string Format(long bytes) => bytes < 0 ? "unlimited" : Format((ulong)bytes);

    /// <summary>Writes a size with the largest unit that leaves no remainder.</summary>
    /// <param name="bytes">Bytes.</param>
    public static string Format(ulong bytes)
    {
        int power = 0;
        while (bytes > 0 && bytes % 1024 == 0 && power < Units.Length)
        {
            bytes /= 1024;
            power++;
        }
        return bytes.ToString(CultureInfo.InvariantCulture) + (power == 0 ? string.Empty : Units[power - 1]);
    }

    private static int PowerOf(ReadOnlySpan<char> unit)
    {
        if (unit.IsEmpty || unit.Equals("b", StringComparison.OrdinalIgnoreCase))
            return 0;
        int power = Units.IndexOf(char.ToLowerInvariant(unit[0]), StringComparison.Ordinal) + 1;
        ReadOnlySpan<char> tail = unit[1..];
        return power > 0 && (tail.IsEmpty || tail.Equals("b", StringComparison.OrdinalIgnoreCase) || tail.Equals("ib", StringComparison.OrdinalIgnoreCase))
            ? power
            : -1;
    }
}
