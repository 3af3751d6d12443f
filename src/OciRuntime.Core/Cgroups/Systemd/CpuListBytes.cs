using System.Globalization;

namespace OciRuntime.Core.Cgroups.Systemd;

/// <summary>A list such as 0-3,7 as AllowedCPUs and AllowedMemoryNodes want it: a bit a number, lowest byte first.</summary>
internal static class CpuListBytes
{
    private const int Most = 8192; // CONFIG_NR_CPUS at its largest

    /// <summary>Null for a list that only the kernel can read (all, N, first-last:used/group).</summary>
    internal static byte[]? TryParse(string list)
    {
        byte[] bytes = new byte[Most / 8];
        int length = 0;
        foreach (string item in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int dash = item.IndexOf('-', StringComparison.Ordinal);
            if (!TryNumber(dash < 0 ? item : item[..dash], out int first) || !TryNumber(item[(dash + 1)..], out int last) || first > last)
                return null;
            for (int i = first; i <= last; i++)
                bytes[i / 8] |= (byte)(1 << (i % 8));
            length = Math.Max(length, (last / 8) + 1);
        }

        return length == 0 ? null : bytes[..length];
    }

    private static bool TryNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < Most;
}
