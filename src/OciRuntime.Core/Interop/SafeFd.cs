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

    /// <summary>Gives the descriptor up to another owner.</summary>
    public int Detach()
    {
        int number = Number;
        SetHandleAsInvalid();
        handle = -1;
        return number;
    }

    /// <summary>Hands the descriptor to the type that the public API and <see cref="FileStream"/> use.</summary>
    public SafeFileHandle ToFileHandle() => new(Detach(), ownsHandle: true);

    // The errno of a call that failed outlives the descriptors that are closed on the way to whoever asks for it.
    protected override bool ReleaseHandle()
    {
        int errno = Errno.Last;
        bool closed = Libc.close((int)handle) == 0;
        Errno.Last = errno;
        return closed;
    }
}
