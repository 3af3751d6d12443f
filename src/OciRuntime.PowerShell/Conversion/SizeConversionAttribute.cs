using System.Globalization;
using System.Management.Automation;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Conversion;

/// <summary>Bytes: numbers, <c>512m</c>, <c>1.5g</c>, <c>64MiB</c>, <c>unlimited</c> (-1). Units are powers of 1024, as in PowerShell's 64MB.</summary>
public sealed class SizeConversionAttribute : ConversionAttribute
{
    /// <inheritdoc/>
    protected override object? Convert(EngineIntrinsics engine, object value) => value switch
    {
        string text when TryParse(text, out long bytes) => bytes,
        byte or short or int or long or ushort or uint => System.Convert.ToInt64(value, CultureInfo.InvariantCulture),
        ulong number and <= long.MaxValue => (long)number,
        double number when Math.Abs(number) < long.MaxValue && double.IsInteger(number) => (long)number,
        decimal number when Math.Abs(number) <= long.MaxValue && decimal.IsInteger(number) => (long)number,
        _ => throw new ArgumentTransformationMetadataException(Messages.SizeExpected(value)),
    };

    /// <summary>Reads a size.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="bytes">Bytes, or -1 for unlimited.</param>
    public static bool TryParse(string? text, out long bytes)
    {
        ReadOnlySpan<char> word = text.AsSpan().Trim();
        bytes = -1;
        return word.Equals("unlimited", StringComparison.OrdinalIgnoreCase) || word.Equals("max", StringComparison.OrdinalIgnoreCase) || ByteSize.TryParse(text, out bytes);
    }
}
