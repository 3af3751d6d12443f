using System.Buffers;
using System.Globalization;
using System.Management.Automation;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Conversion;

/// <summary>A TimeSpan: seconds as a number, <c>250ms</c>, <c>10s</c>, <c>1m30s</c>, <c>00:01:30</c>; -1 for no limit.</summary>
public sealed class DurationConversionAttribute : ConversionAttribute
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    /// <inheritdoc/>
    protected override object? Convert(EngineIntrinsics engine, object value)
    {
        TimeSpan? duration = value switch
        {
            TimeSpan span => span,
            string text => TryParse(text, out TimeSpan parsed) ? parsed : null,
            // PowerShell reads 10s as a number of type Int16, which fits, and 10d as a decimal, not as days, so that is refused.
            byte or short or ushort or int or uint or long or float or double =>
                Of(System.Convert.ToDouble(value, CultureInfo.InvariantCulture)),
            _ => null,
        };
        return duration ?? throw new ArgumentTransformationMetadataException(Messages.DurationExpected(value));
    }

    /// <summary>Reads a duration.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="duration">Zero or more, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = default;
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        if (rest.IsEmpty)
            return false;
        if (rest.Contains(':'))
            return TimeSpan.TryParse(rest, CultureInfo.InvariantCulture, out duration) && duration >= TimeSpan.Zero;
        if (double.TryParse(rest, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds))
        {
            TimeSpan? whole = Of(seconds);
            duration = whole ?? default;
            return whole is not null;
        }
        double total = 0;
        while (!rest.IsEmpty)
        {
            int digits = rest.IndexOfAnyExcept(Digits);
            if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
                return false;
            rest = rest[digits..];
            int letters = rest.IndexOfAny(Digits);
            ReadOnlySpan<char> unit = letters < 0 ? rest : rest[..letters];
            double factor = unit switch
            {
                "ms" => 0.001,
                "s" => 1,
                "m" => 60,
                "h" => 3600,
                "d" => 86400,
                _ => 0,
            };
            if (factor == 0)
                return false;
            total += number * factor;
            rest = rest[unit.Length..];
        }
        TimeSpan? sum = Of(total);
        duration = sum ?? default;
        return sum is not null;
    }

    // A wait longer than 24 days would overflow poll(2)'s milliseconds; nobody needs one.
    private static TimeSpan? Of(double seconds) => seconds switch
    {
        -1 => Timeout.InfiniteTimeSpan,
        >= 0 and <= int.MaxValue / 1000 => TimeSpan.FromSeconds(seconds),
        _ => null,
    };
}
