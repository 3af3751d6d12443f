using System.Management.Automation;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Conversion;

/// <summary>Configurations that came through remoting, a job or Clixml become configurations again.</summary>
public sealed class SpecConversionAttribute : ConversionAttribute
{
    /// <inheritdoc/>
    // Anything else is for the parameter binder to take or to refuse.
    protected override object? Convert(EngineIntrinsics engine, object value) =>
        value is PSObject travelled && Travelled.Is(travelled, typeof(OciSpec)) ? Travelled.Rebuild<OciSpec>(travelled) : value;
}
