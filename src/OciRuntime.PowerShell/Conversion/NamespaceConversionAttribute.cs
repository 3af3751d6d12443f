using System.Management.Automation;
using OciRuntime.Core.Spec;

namespace OciRuntime.PowerShell.Conversion;

/// <summary>Namespaces: <c>TYPE</c>, <c>TYPE:PATH</c>, or OciNamespace objects.</summary>
public sealed class NamespaceConversionAttribute : ConversionAttribute
{
    /// <inheritdoc/>
    protected override object? Convert(EngineIntrinsics engine, object value) =>
        Each(value, item => item as OciNamespace ?? Parsed(OciNamespace.Parse, item));
}
