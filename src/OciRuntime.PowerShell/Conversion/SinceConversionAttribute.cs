using System.Globalization;
using System.Management.Automation;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Conversion;

/// <summary>A moment: a time as PowerShell reads it, or a duration such as <c>10m</c> that counts back from now.</summary>
public sealed class SinceConversionAttribute : ConversionAttribute
{
    /// <inheritdoc/>
    protected override object? Convert(EngineIntrinsics engine, object value) => value switch
    {
        DateTimeOffset or DateTime => value,
        TimeSpan span => DateTimeOffset.UtcNow - span,
        // PowerShell reads 10s as a number of type Int16.
        byte or short or int or long or double => DateTimeOffset.UtcNow - TimeSpan.FromSeconds(System.Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        // A time of day has a colon too, and must not be read as a duration.
        string text when !text.Contains(':', StringComparison.Ordinal) && DurationConversionAttribute.TryParse(text, out TimeSpan span) && span >= TimeSpan.Zero =>
            DateTimeOffset.UtcNow - span,
        string text when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out DateTimeOffset time) => time,
        _ => throw new ArgumentTransformationMetadataException(Messages.SinceExpected(value)),
    };
}
