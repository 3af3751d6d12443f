using System.Globalization;
using OciRuntime.Core.Files;

namespace OciRuntime.Core.Cgroups.Statistics;

/// <summary>How long processes were stalled on a resource (Documentation/accounting/psi.rst).</summary>
/// <param name="Some">At least one process was stalled.</param>
/// <param name="Full">All non-idle processes were stalled.</param>
public sealed record PressureStall(PressureShare Some, PressureShare Full)
{
    /// <summary>Reads a pressure file; null if the kernel has none or PSI is turned off.</summary>
    internal static PressureStall? Read(string path)
    {
        // If PSI is built in but turned off, reading fails with EOPNOTSUPP.
        string? text = TextFile.TryReadOnce(path);
        if (text is null)
            return null;
        PressureShare some = default, full = default;
        foreach (string line in text.Split('\n'))
        {
            if (line.StartsWith("some ", StringComparison.Ordinal))
                some = Share(line);
            else if (line.StartsWith("full ", StringComparison.Ordinal))
                full = Share(line);
        }
        return new(some, full);
    }

    private static PressureShare Share(string line)
    {
        double ten = 0, sixty = 0, threeHundred = 0;
        ulong total = 0;
        foreach (string word in line.Split(' '))
        {
            string[] pair = word.Split('=');
            if (pair.Length == 2 && pair[0] == "total")
                _ = ulong.TryParse(pair[1], NumberStyles.None, CultureInfo.InvariantCulture, out total);
            else if (pair.Length == 2 && double.TryParse(pair[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double share))
                _ = pair[0] switch { "avg10" => ten = share, "avg60" => sixty = share, "avg300" => threeHundred = share, _ => 0 };
        }
        return new(ten, sixty, threeHundred, total);
    }
}

/// <summary>Shares of time, in percent.</summary>
/// <param name="Average10">Average of the last 10 seconds.</param>
/// <param name="Average60">Average of the last minute.</param>
/// <param name="Average300">Average of the last five minutes.</param>
/// <param name="Total">Microseconds since the cgroup was made.</param>
public readonly record struct PressureShare(double Average10, double Average60, double Average300, ulong Total);
