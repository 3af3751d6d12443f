namespace OciRuntime.Core.Spec;

/// <summary>"Did you mean": finds the known name that was probably meant.</summary>
internal static class NearestName
{
    private const int MaxLength = 48;

    /// <summary>
    /// The known name that differs only in case or in the common prefix (KILL for CAP_KILL), else the nearest one at most two
    /// edits away, else null.
    /// </summary>
    public static string? Find(string name, IEnumerable<string> known)
    {
        List<string> names = [.. known];
        string prefix = Prefix(names);
        string full = name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? name : prefix + name.ToUpperInvariant();
        string? nearest = null;
        int best = 3;
        foreach (string candidate in names)
        {
            if (string.Equals(candidate, full, StringComparison.OrdinalIgnoreCase))
                return candidate;
            // Two edits turn any two-letter word into any other.
            int distance = Math.Min(candidate.Length, full.Length) - prefix.Length <= 2 ? int.MaxValue : Distance(full, candidate);
            if (distance < best)
            {
                best = distance;
                nearest = candidate;
            }
        }
        return nearest;
    }

    // CAP_, SCMP_ACT_: the common prefix up to its last underscore.
    private static string Prefix(List<string> names)
    {
        if (names.Count < 2)
            return string.Empty;
        ReadOnlySpan<char> common = names[0];
        foreach (string name in names)
            common = common[..common.CommonPrefixLength(name)];
        return common[..(common.LastIndexOf('_') + 1)].ToString();
    }

    /// <summary>A hint in words, or null.</summary>
    public static string? Hint(string name, IEnumerable<string> known) => Find(name, known) is { } nearest ? $"did you mean \"{nearest}\"?" : null;

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other (optimal string alignment).</summary>
    internal static int Distance(string a, string b)
    {
        if (a.Length > MaxLength || b.Length > MaxLength)
            return int.MaxValue;
        Span<int> before = stackalloc int[MaxLength + 1];
        Span<int> previous = stackalloc int[MaxLength + 1];
        Span<int> current = stackalloc int[MaxLength + 1];
        for (int j = 0; j <= b.Length; j++)
            previous[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int cost = a[i - 1] == b[j - 1] ? 0 : 1;
                int distance = Math.Min(Math.Min(previous[j] + 1, current[j - 1] + 1), previous[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    distance = Math.Min(distance, before[j - 2] + 1);
                current[j] = distance;
            }
            Span<int> oldest = before;
            before = previous;
            previous = current;
            current = oldest;
        }
        return previous[b.Length];
    }
}
