using System.Runtime.InteropServices;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Launch;

/// <summary>The caller's descriptors that a container's process is to inherit: each was named, is open, and stays open while a launch uses its number.</summary>
internal sealed class InheritedHandles : IDisposable
{
    private readonly List<SafeHandle> _held = [];

    private InheritedHandles()
    {
    }

    /// <summary>Numbers of the LISTEN_FDS in this process.</summary>
    public IReadOnlyList<int> Listen { get; private set; } = [];

    /// <summary>Numbers of the other descriptors in this process.</summary>
    public IReadOnlyList<int> Preserve { get; private set; } = [];

    public int Count => _held.Count;

    /// <exception cref="OciException">A descriptor is closed.</exception>
    public static InheritedHandles Hold(IReadOnlyList<SafeHandle> listen, IReadOnlyList<SafeHandle> preserve)
    {
        var inherited = new InheritedHandles();
        try
        {
            inherited.Listen = [.. listen.Select(inherited.Add)];
            inherited.Preserve = [.. preserve.Select(inherited.Add)];
            return inherited;
        }
        catch
        {
            inherited.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (SafeHandle handle in _held)
            handle.DangerousRelease();
        _held.Clear();
    }

    private int Add(SafeHandle handle)
    {
        if (handle.IsInvalid || handle.IsClosed)
            throw new OciException(OciErrorCode.InvalidArgument, "a descriptor that the container is to inherit is closed");
        bool held = false;
        handle.DangerousAddRef(ref held);
        _held.Add(handle);
        int number = (int)handle.DangerousGetHandle();
        return Libc.fcntl(number, Libc.F_GETFD, 0) >= 0
            ? number
            : throw KernelError.Last("hand on to the container", $"descriptor {number}", "fcntl");
    }
}
