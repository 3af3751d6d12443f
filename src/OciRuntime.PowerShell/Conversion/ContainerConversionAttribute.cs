using System.Management.Automation;
using OciRuntime.Core.State;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Conversion;

/// <summary>Containers that came through remoting or a job: they refer to the same container in the same state root.</summary>
public sealed class ContainerConversionAttribute : ConversionAttribute
{
    /// <summary>Also accepts ids: containers in the root that the cmdlet is given.</summary>
    public bool TakesIds { get; set; }

    /// <inheritdoc/>
    protected override object? Convert(EngineIntrinsics engine, object value) => value is System.Collections.IList ? Each(value, One) : One(value);

    // The parameter binder accepts or refuses anything else.
    private object One(object value) =>
        TakesIds && (value is string || value is PSObject { BaseObject: string }) && LanguagePrimitives.ConvertTo<string>(value) is { Length: > 0 } name
            ? OciContainer.Named(name, string.Empty)
            : value is PSObject travelled && Travelled.Is(travelled, typeof(OciContainer))
            && travelled.Properties["Id"]?.Value is string id && travelled.Properties["Root"]?.Value is string root
            ? OciContainer.Named(id, root)
            : value;
}
