using System.Globalization;

namespace OciRuntime.Core.Spec.Validation;

/// <summary>Lists such as 0-3,7 (cpuset(7), "List format").</summary>
internal static class CpuList
{
    public static void Check(string pointer, string? list, SpecProblems problems)
    {
        if (!string.IsNullOrEmpty(list) && !IsList(list))
            problems.Add(pointer, $"expected a list such as 0-3,7, found \"{list}\"");
    }

    private static bool IsList(ReadOnlySpan<char> list)
    {
        foreach (Range range in list.Split(','))
        {
            ReadOnlySpan<char> item = list[range].Trim();
            // bitmap_parselist() of the kernel knows more than the man page: all, N for the last one, and first-last:used/group.
            int colon = item.IndexOf(':');
            if (colon >= 0)
            {
                ReadOnlySpan<char> step = item[(colon + 1)..];
                int slash = step.IndexOf('/');
                if (slash < 0 || !TryNumber(step[..slash], out _) || !TryNumber(step[(slash + 1)..], out _))
                    return false;
                item = item[..colon];
            }
            int dash = item.IndexOf('-');
            if (dash < 0)
            {
                if (item is not "all" && !TryNumber(item, out _))
                    return false;
            }
            else if (!TryNumber(item[..dash], out uint first) || !TryNumber(item[(dash + 1)..], out uint last) || first > last)
            {
                return false;
            }
        }
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out uint number)
    {
        number = uint.MaxValue;
        return text is "N" || uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
