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
            int dash = item.IndexOf('-');
            if (dash < 0)
            {
                if (!TryNumber(item, out _))
                    return false;
            }
            else if (!TryNumber(item[..dash], out uint first) || !TryNumber(item[(dash + 1)..], out uint last) || first > last)
            {
                return false;
            }
        }
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out uint number) =>
        uint.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out number);
}
