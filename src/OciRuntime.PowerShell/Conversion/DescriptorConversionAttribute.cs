using System.Globalization;
using System.IO.Pipes;
using System.Management.Automation;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Conversion;

/// <summary>Descriptors that a container inherits: a FileStream, a Socket, a pipe, a SafeHandle, or the number of a descriptor that this process inherited.</summary>
public sealed class DescriptorConversionAttribute : ConversionAttribute
{
    /// <inheritdoc/>
    protected override object? Convert(EngineIntrinsics engine, object value) => Each(value, HandleOf);

    private static SafeHandle HandleOf(object value) => value switch
    {
        SafeHandle handle => handle,
        FileStream file => file.SafeFileHandle,
        Socket socket => socket.SafeHandle,
        PipeStream pipe => pipe.SafePipeHandle,
        _ when int.TryParse(System.Convert.ToString(value, CultureInfo.InvariantCulture), NumberStyles.None, CultureInfo.InvariantCulture, out int number) => Passed(number),
        _ => throw new ArgumentTransformationMetadataException(Messages.DescriptorExpected(value)),
    };

    private static SafeHandle Passed(int number)
    {
        try
        {
            return PassedDescriptor.Of(number);
        }
        catch (OciException e)
        {
            throw new ArgumentTransformationMetadataException(e.Message, e);
        }
    }
}
