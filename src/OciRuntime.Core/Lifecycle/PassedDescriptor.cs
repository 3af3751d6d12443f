using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Lifecycle;

/// <summary>
/// A descriptor that this process inherited, given by number, for <see cref="CreateRequest.PreserveFds"/>. Descriptors that a process opens itself are
/// close-on-exec by convention, and .NET's own always are, so a close-on-exec descriptor was not inherited.
/// </summary>
internal static class PassedDescriptor
{
    private const int First = 3;

    /// <summary>The descriptor with a number, without taking ownership.</summary>
    /// <param name="number">3 or above: 0, 1 and 2 are the standard streams.</param>
    /// <exception cref="OciException">InvalidArgument: it is not open, or close-on-exec.</exception>
    public static SafeHandle Of(int number)
    {
        string name = "descriptor " + number.ToString(CultureInfo.InvariantCulture);
        if (number < First)
            throw Refused(name, "the lowest that can be passed is 3");
        int flags = Libc.fcntl(number, Libc.F_GETFD, 0);
        if (flags < 0)
            throw Refused(name, "it is not open");
        if ((flags & Libc.FD_CLOEXEC) != 0)
            throw Refused(name, "it is close-on-exec, so it is this process's own; pass the object that owns it");
        return new SafeFileHandle(number, ownsHandle: false);
    }

    private static OciException Refused(string name, string why) => new(OciErrorCode.InvalidArgument, $"{name} cannot be passed on: {why}") { Object = name };
}
