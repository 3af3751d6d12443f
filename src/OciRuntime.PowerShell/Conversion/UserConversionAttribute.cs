using System.Globalization;
using System.Management.Automation;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Conversion;

/// <summary>A user inside a container: <c>UID</c> or <c>UID:GID</c>. Names are not looked up.</summary>
public sealed class UserConversionAttribute : ConversionAttribute
{
    /// <inheritdoc/>
    protected override object? Convert(EngineIntrinsics engine, object value)
    {
        string text = System.Convert.ToString(value, CultureInfo.InvariantCulture)!.Trim();
        string[] ids = text.Split(':');
        return ids.Length <= 2 && ids.All(IsId) ? text : throw new ArgumentTransformationMetadataException(Messages.UserExpected(value));
    }

    // (uid_t)-1 means "no change" to the kernel: setuid(2).
    private static bool IsId(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint id) && id != uint.MaxValue;
}
