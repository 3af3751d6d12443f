using System.Collections;
using System.Globalization;
using System.Management.Automation;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Conversion;

/// <summary>Environment variables: <c>NAME=value</c> strings, or tables of them. A later variable of the same name wins.</summary>
public sealed class EnvironmentConversionAttribute : ConversionAttribute
{
    /// <inheritdoc/>
    protected override object? Convert(EngineIntrinsics engine, object value) =>
        Each(value, One).SelectMany(part => part).ToArray();

    private static IEnumerable<string> One(object value)
    {
        if (value is IDictionary table)
        {
            return table.Keys.Cast<object>()
                .Select(key => Check($"{Text(key)}={Text(Unwrap(table[key]))}", key))
                .ToList();
        }
        return [Check(Text(value), value)];
    }

    private static string Check(string variable, object value) => variable.IndexOf('=', StringComparison.Ordinal) > 0 && !variable.Contains('\0', StringComparison.Ordinal)
        ? variable
        : throw new ArgumentTransformationMetadataException(Messages.EnvironmentExpected(value));

    private static string Text(object? value) => System.Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty;
}
