using System.Globalization;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Spec.Validation;

namespace OciRuntime.Core.Observe.Comparison;

/// <summary>Whether a file of a cgroup holds what was written to it: the kernel rounds values, and prints them in its own format.</summary>
internal static class CgroupValue
{
    /// <summary>The device, class or interface that a line of the file is about; empty for a file of one value.</summary>
    public static string KeyOf(CgroupWrite write)
    {
        if (!FormerValues.HasLines(write.File))
            return string.Empty;
        string[] words = write.Value.Split(' ', 2);
        // Limits of one device are written one at a time but share a line.
        string property = words.Length == 2 && words[1].IndexOf('=', StringComparison.Ordinal) is int end and > 0 ? words[1][..end] : string.Empty;
        return (words.Length == 1 ? "default" : words[0]) + " " + property;
    }

    /// <summary>The part of the file that holds the value, on one line.</summary>
    public static string Shown(CgroupWrite write, string text)
    {
        if (write.File == "memory.oom_control")
            return text.Split('\n')[0].Split(' ')[^1];
        if (!FormerValues.HasLines(write.File))
            return text.Trim().Replace('\n', ' ') is { Length: > 0 } all ? all : "nothing";
        string key = KeyOf(write).Split(' ')[0];
        return Array.Find(text.Split('\n'), line => line.StartsWith(key + " ", StringComparison.Ordinal)) ?? "not set";
    }

    /// <summary>True when the file holds the written value.</summary>
    public static bool Holds(CgroupWrite write, string text)
    {
        string actual = Shown(write, text);
        if (write.File is "cpuset.cpus" or "cpuset.mems")
            return SameSet(write.Value, actual);
        if (FormerValues.HasLines(write.File))
            return HoldsLine(write, actual);
        string[] expected = write.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries), words = actual.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        // The kernel also prints what was left out: a period, a default.
        return expected.Length <= words.Length && expected.Zip(words).All(pair => Same(write.File, pair.First, pair.Second));
    }

    private static bool HoldsLine(CgroupWrite write, string actual)
    {
        string[] words = write.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] expected = words.Length == 1 ? words : words[1..];
        // A device without limits has no line.
        if (actual == "not set")
            return expected.All(static word => word is "0" || word.EndsWith("max", StringComparison.Ordinal));
        string[] now = actual.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
        return expected.All(word => now.Contains(word));
    }

    private static bool SameSet(string expected, string actual) =>
        CpuList.TryMask(expected, CpuList.MaxCpu, out byte[]? first) && CpuList.TryMask(actual, CpuList.MaxCpu, out byte[]? second)
            ? first.AsSpan().TrimEnd((byte)0).SequenceEqual(second.AsSpan().TrimEnd((byte)0))
            : expected.Trim() == actual.Trim() || expected.Contains("all", StringComparison.OrdinalIgnoreCase) || expected.Contains('N', StringComparison.Ordinal) || expected.Contains(':', StringComparison.Ordinal);

    private static bool Same(string file, string expected, string actual)
    {
        if (expected == actual)
            return true;
        if (!TryNumber(expected, out decimal wanted) || !TryNumber(actual, out decimal found))
            return false;
        if (file == "cpu.shares")
            return found == Math.Clamp(wanted, 2, 262144); // sched_group_set_shares() of the kernel
        // Memory is counted in pages; on v1 "no limit" is the largest number of pages.
        if (!file.StartsWith("memory.", StringComparison.Ordinal) && !file.StartsWith("hugetlb.", StringComparison.Ordinal))
            return wanted == found;
        decimal page = file.StartsWith("hugetlb.", StringComparison.Ordinal) && TryNumber(file.Split('.')[1].TrimEnd('B'), out decimal huge) ? huge : Environment.SystemPageSize;
        decimal unlimited = long.MaxValue - page;
        return (wanted >= unlimited && found >= unlimited) || (found <= wanted && wanted - found < page);
    }

    // Numbers in the format of the kernel's memparse(); max and -1 mean no limit.
    private static bool TryNumber(string word, out decimal number)
    {
        number = long.MaxValue;
        if (word is "max" or "-1")
            return true;
        int shift = word.Length == 0 ? 0 : char.ToUpperInvariant(word[^1]) switch { 'K' => 1, 'M' => 2, 'G' => 3, 'T' => 4, _ => 0 };
        if (!ulong.TryParse(shift == 0 ? word : word[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong value))
            return false;
        number = value;
        for (; shift > 0; shift--)
            number *= 1024;
        return true;
    }
}
