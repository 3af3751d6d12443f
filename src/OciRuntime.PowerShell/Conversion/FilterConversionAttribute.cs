using System.Globalization;
using System.Management.Automation;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Conversion;

/// <summary>Conditions on containers, written NAME=PATTERN.</summary>
public sealed class FilterConversionAttribute : ConversionAttribute
{
    /// <inheritdoc/>
    protected override object? Convert(EngineIntrinsics engine, object value) => Each(value, static one =>
        one as ContainerFilter ?? ContainerFilter.TryParse(System.Convert.ToString(one, CultureInfo.InvariantCulture) ?? string.Empty)
            ?? throw new ArgumentTransformationMetadataException(Messages.FilterExpected(one)));
}
