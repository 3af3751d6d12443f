using System.Management.Automation;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Conversion;

/// <summary>A seccomp profile: an object, also one from remoting, a job or Clixml, or a text that names one.</summary>
public sealed class SeccompConversionAttribute : ConversionAttribute
{
    /// <inheritdoc/>
    protected override object? Convert(EngineIntrinsics engine, object value) => value switch
    {
        OciSeccomp => value,
        PSObject travelled when Travelled.Is(travelled, typeof(OciSeccomp)) => Travelled.Rebuild<OciSeccomp>(travelled),
        string => value,
        FileSystemInfo file => file.FullName,
        _ => throw new ArgumentTransformationMetadataException(Messages.SeccompExpected(value)),
    };
}
