using System.Management.Automation;
using OciRuntime.Core.Spec;

namespace OciRuntime.PowerShell.Conversion;

/// <summary>A user inside a container: <c>UID</c> or <c>UID:GID</c>, or an OciUser. Names are not looked up.</summary>
public sealed class UserConversionAttribute : ConversionAttribute
{
    /// <inheritdoc/>
    protected override object? Convert(EngineIntrinsics engine, object value)
    {
        OciUser user = value as OciUser ?? Parsed(OciUser.Parse, value);
        return FormattableString.Invariant($"{user.Uid}:{user.Gid}");
    }
}
