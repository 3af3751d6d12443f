using System.Collections;
using System.Management.Automation;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Conversion;

/// <summary>linux.resources: an OciResources, or tables and objects with the runtime-spec's names, read as strictly as a config.json.</summary>
public sealed class ResourcesConversionAttribute : ConversionAttribute
{
    /// <inheritdoc/>
    protected override object? Convert(EngineIntrinsics engine, object value)
    {
        if (value is OciResources)
            return value;
        if (value is not (IDictionary or PSObject))
            throw new ArgumentTransformationMetadataException(Messages.ResourcesExpected(value, "a table is expected"));
        try
        {
            return SpecReader.ReadResources(TableJson.Write(value), "-Resource");
        }
        catch (OciException e)
        {
            throw new ArgumentTransformationMetadataException(Messages.ResourcesExpected(value, e.Message), e);
        }
    }
}
