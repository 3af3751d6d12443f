using System.Management.Automation;
using OciRuntime.Core.State;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Conversion;

/// <summary>Containers that came through remoting or a job: they name the same container in the same state root.</summary>
public sealed class ContainerConversionAttribute : ConversionAttribute
{
    /// <summary>Ids are taken too: containers of the root that the cmdlet is told.</summary>
    public bool TakesIds { get; set; }

    /// <inheritdoc/>
    protected override object? Convert(EngineIntrinsics engine, object value) => value is System.Collections.IList ? Each(value, One) : One(value);

    // Anything else is for the parameter binder to take or to refuse.
    private object One(object value) =>
        TakesIds && (value is string || value is PSObject { BaseObject: string }) && LanguagePrimitives.ConvertTo<string>(value) is { Length: > 0 } name
            ? OciContainer.Named(name, string.Empty)
            : value is PSObject travelled && Travelled.Is(travelled, typeof(OciContainer))
            && travelled.Properties["Id"]?.Value is string id && travelled.Properties["Root"]?.Value is string root
            ? OciContainer.Named(id, root)
            : value;
}
