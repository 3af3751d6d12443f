using System.Management.Automation;
using OciRuntime.Core.State;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Conversion;

/// <summary>Containers that came through remoting or a job: they name the same container in the same state root.</summary>
public sealed class ContainerConversionAttribute : ConversionAttribute
{
    /// <inheritdoc/>
    protected override object? Convert(EngineIntrinsics engine, object value) => value is System.Collections.IList ? Each(value, One) : One(value);

    // Anything else is for the parameter binder to take or to refuse.
    private static object One(object value) =>
        value is PSObject travelled && Travelled.Is(travelled, typeof(OciContainer))
            && travelled.Properties["Id"]?.Value is string id && travelled.Properties["Root"]?.Value is string root
            ? OciContainer.Named(id, root)
            : value;
}
