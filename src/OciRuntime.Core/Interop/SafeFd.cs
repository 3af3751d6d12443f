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

    protected override bool ReleaseHandle() => Libc.close((int)handle) == 0;
}
