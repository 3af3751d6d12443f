using System.Globalization;
using System.Management.Automation;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Conversion;

/// <summary>Microseconds, as the runtime-spec counts CPU time: a number of them, <c>50ms</c>, a TimeSpan; <c>unlimited</c> is -1.</summary>
public sealed class MicrosecondsConversionAttribute : ConversionAttribute
{
    /// <inheritdoc/>
    protected override object? Convert(EngineIntrinsics engine, object value) => value switch
    {
        TimeSpan span => Of(span),
        string text when text.Trim() is "-1" || text.Trim().Equals("unlimited", StringComparison.OrdinalIgnoreCase) => -1L,
        string text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) => number,
        string text when DurationConversionAttribute.TryParse(text, out TimeSpan duration) && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) => Of(duration),
        byte or short or ushort or int or uint or long => System.Convert.ToInt64(value, CultureInfo.InvariantCulture),
        _ => throw new ArgumentTransformationMetadataException(Messages.MicrosecondsExpected(value)),
    };

    private static long Of(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;
}
