using System.Management.Automation;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Conversion;

/// <summary>Turns deserialized configurations (remoting, a job, Clixml) back into configurations.</summary>
public sealed class SpecConversionAttribute : ConversionAttribute
{
    /// <inheritdoc/>
    // The parameter binder accepts or refuses anything else.
    protected override object? Convert(EngineIntrinsics engine, object value) =>
        value is PSObject travelled && Travelled.Is(travelled, typeof(OciSpec)) ? Travelled.Rebuild<OciSpec>(travelled) : value;
}
