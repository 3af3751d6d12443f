using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace OciRuntime.Core.Spec.Validation;

/// <summary>Lists such as 0-3,7 (cpuset(7), "List format").</summary>
internal static class CpuList
{
    /// <summary>No kernel can be built for more CPUs.</summary>
    public const int MaxCpu = 65535;

    /// <summary>MAX_NUMNODES is at most 1024.</summary>
    public const int MaxNode = 1023;

    /// <summary>Checks a list that the kernel will parse.</summary>
    public static void Check(string pointer, string? list, SpecProblems problems)
    {
        if (!string.IsNullOrEmpty(list) && !IsList(list))
            Add(pointer, list, problems);
    }

    /// <summary>Checks a list that becomes a mask: only numbers and ranges.</summary>
    public static void CheckNumbers(string pointer, string? list, int max, SpecProblems problems)
    {
        if (!string.IsNullOrEmpty(list) && !TryMask(list, max, out _))
            Add(pointer, list, problems);
    }

    /// <summary>Converts numbers and ranges to bits, lowest first, in 64-bit words.</summary>
    public static bool TryMask(ReadOnlySpan<char> list, int max, [NotNullWhen(true)] out byte[]? mask)
    {
        mask = null;
        byte[] bits = new byte[8];
        int items = 0;
        foreach (Range range in list.SplitAny(Separators))
        {
            ReadOnlySpan<char> item = list[range];
            if (item.IsEmpty)
                continue;
            items++;
            int dash = item.IndexOf('-');
            if (!TryNumber(dash < 0 ? item : item[..dash], out uint first) || !TryNumber(item[(dash + 1)..], out uint last) || first > last || last > max)
                return false;
            if (last / 8 >= bits.Length)
                Array.Resize(ref bits, ((int)(last / 64) + 1) * 8);
            for (uint i = first; i <= last; i++)
                bits[i / 8] |= (byte)(1 << (int)(i % 8));
        }
        mask = bits;
        return items > 0;
    }

    // bitmap_parselist() of the kernel also accepts blanks as separators, and empty items.
    private const string Separators = ", \t";

    private static void Add(string pointer, string list, SpecProblems problems) => problems.Add(pointer, $"expected a list such as 0-3,7, found \"{list}\"");

    private static bool IsList(ReadOnlySpan<char> list)
    {
        int items = 0;
        foreach (Range range in list.SplitAny(Separators))
        {
            if (list[range].IsEmpty)
                continue;
            items++;
            if (!IsItem(list[range]))
                return false;
        }
        return items > 0;
    }

    // The kernel accepts more than the man page says: all, N for the last one, and RANGE:USED/GROUP for some of each group.
    private static bool IsItem(ReadOnlySpan<char> item)
    {
        int colon = item.IndexOf(':');
        ReadOnlySpan<char> range = colon < 0 ? item : item[..colon];
        int dash = range.IndexOf('-');
        bool all = range.Equals("all", StringComparison.OrdinalIgnoreCase);
        if (!all && (dash < 0 ? !TryEnd(range, out _) : !TryEnd(range[..dash], out uint first) || !TryEnd(range[(dash + 1)..], out uint last) || first > last))
            return false;
        if (colon < 0)
            return true;
        ReadOnlySpan<char> pattern = item[(colon + 1)..];
        int slash = pattern.IndexOf('/');
        return (all || dash >= 0) && slash >= 0 && TryNumber(pattern[..slash], out uint used) && TryNumber(pattern[(slash + 1)..], out uint group) && group > 0 && used <= group;
    }

    private static bool TryEnd(ReadOnlySpan<char> text, out uint number)
    {
        number = uint.MaxValue;
        return text is "N" || TryNumber(text, out number);
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out uint number) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
