using System.Management.Automation;
using OciRuntime.Core.Spec;

namespace OciRuntime.PowerShell.Conversion;

/// <summary>Capability names with or without CAP_, in any case; ALL stands for all known ones.</summary>
public sealed class CapabilityConversionAttribute : ConversionAttribute
{
    /// <inheritdoc/>
    protected override object? Convert(EngineIntrinsics engine, object value) =>
        Each(value, item => Parsed(CapabilityNames.Parse, item)).SelectMany(names => names).Distinct(StringComparer.Ordinal).ToArray();
}
