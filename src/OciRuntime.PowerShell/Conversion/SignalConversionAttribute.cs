using System.Management.Automation;
using OciRuntime.Core.Lifecycle;

namespace OciRuntime.PowerShell.Conversion;

/// <summary>A signal number: <c>15</c>, <c>TERM</c>, <c>SIGTERM</c>, <c>RTMIN+1</c>.</summary>
public sealed class SignalConversionAttribute : ConversionAttribute
{
    /// <inheritdoc/>
    protected override object? Convert(EngineIntrinsics engine, object value) => Parsed(SignalNames.Parse, value);
}
