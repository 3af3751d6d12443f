using System.Management.Automation;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Observe;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Conversion;

/// <summary>A launch record: an object, also one from Clixml or ConvertFrom-Json, or the path of a file with its JSON.</summary>
public sealed class LaunchRecordConversionAttribute : ConversionAttribute
{
    /// <inheritdoc/>
    protected override object? Convert(EngineIntrinsics engine, object value)
    {
        if (value is OciLaunchRecord record)
            return record;
        try
        {
            return LaunchRecordReader.Read(value is string path ? File.ReadAllBytes(PathOf(engine, path)) : TableJson.Write(value).ToArray());
        }
        catch (Exception e) when (e is OciException or IOException or UnauthorizedAccessException or RuntimeException)
        {
            throw new ArgumentTransformationMetadataException(e.Message, e);
        }
    }

    private static string PathOf(EngineIntrinsics engine, string path) => engine.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path);
}
