using Microsoft.Win32.SafeHandles;

namespace OciRuntime.Core.Interop;

/// <summary>Owns one file descriptor of any kind.</summary>
internal sealed class SafeFd : SafeHandleMinusOneIsInvalid
{
    public SafeFd()
        : base(ownsHandle: true)
    {
    }

    public SafeFd(int number)
        : base(ownsHandle: true) => SetHandle(number);

    /// <summary>The number; valid while the handle is open and reachable.</summary>
    public int Number => (int)handle;

    /// <summary>Releases the descriptor to another owner.</summary>
    public int Detach()
    {
        int number = Number;
        SetHandleAsInvalid();
        handle = -1;
        return number;
    }

    /// <summary>Hands the descriptor to the type that the public API and <see cref="FileStream"/> use.</summary>
    public SafeFileHandle ToFileHandle() => new(Detach(), ownsHandle: true);

    // Keeps the errno of a failed call while descriptors are closed on the way to the code that reads it.
    protected override bool ReleaseHandle()
    {
        int errno = Errno.Last;
        bool closed = Libc.close((int)handle) == 0;
        Errno.Last = errno;
        return closed;
    }
}
