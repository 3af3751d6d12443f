using System.Globalization;

namespace OciRuntime.Cli.Arguments;

/// <summary>Durations in the format of Go's time.ParseDuration: <c>1m30s</c>, <c>1.5h</c>, <c>100ms</c>, <c>0</c>.</summary>
internal static class GoDuration
{
    // Longer names first: "ms" is not "m".
    private static readonly (string Name, double Ticks)[] Units =
    [
        ("ns", 0.01), ("us", 10), ("\u00b5s", 10), ("\u03bcs", 10), ("ms", TimeSpan.TicksPerMillisecond),
        ("s", TimeSpan.TicksPerSecond), ("m", TimeSpan.TicksPerMinute), ("h", TimeSpan.TicksPerHour),
    ];

    internal static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        ReadOnlySpan<char> rest = text;
        bool negative = rest.StartsWith("-", StringComparison.Ordinal);
        if (negative || rest.StartsWith("+", StringComparison.Ordinal))
            rest = rest[1..];
        if (rest is "0")
            return true;
        double ticks = 0;
        bool any = false;
        while (rest.Length > 0)
        {
            int digits = 0;
            while (digits < rest.Length && (char.IsAsciiDigit(rest[digits]) || rest[digits] == '.'))
                digits++;
            if (digits == 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
                return false;
            rest = rest[digits..];
            if (!TryUnit(ref rest, out double unit))
                return false;
            ticks += number * unit;
            any = true;
        }
        // The range is 64-bit nanoseconds, as in Go.
        if (!any || ticks > long.MaxValue / 100.0)
            return false;
        duration = TimeSpan.FromTicks((long)Math.Ceiling(negative ? -ticks : ticks));
        return true;
    }

    private static bool TryUnit(ref ReadOnlySpan<char> rest, out double ticks)
    {
        foreach ((string name, double unit) in Units)
        {
            if (!rest.StartsWith(name, StringComparison.Ordinal))
                continue;
            rest = rest[name.Length..];
            ticks = unit;
            return true;
        }
        ticks = 0;
        return false;
    }
}
