using System.Management.Automation;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Conversion;

/// <summary>Capability names with or without CAP_, in any case; ALL is every one that is known.</summary>
public sealed class CapabilityConversionAttribute : ConversionAttribute
{
    /// <inheritdoc/>
    protected override object? Convert(EngineIntrinsics engine, object value) =>
        Each(value, One).SelectMany(names => names).Distinct(StringComparer.Ordinal).ToArray();

    private static IEnumerable<string> One(object value)
    {
        string name = (value.ToString() ?? string.Empty).Trim().ToUpperInvariant();
        if (name == "ALL")
            return CapabilityNames.All;
        string full = name.StartsWith("CAP_", StringComparison.Ordinal) ? name : "CAP_" + name;
        return CapabilityNames.All.Contains(full) ? [full] : throw new ArgumentTransformationMetadataException(Messages.CapabilityExpected(value));
    }
}
