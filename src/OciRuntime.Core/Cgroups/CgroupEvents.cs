using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Cgroups;

/// <summary>An open <c>cgroup.events</c>: the kernel says when one of its values changes (cgroup-v2, Core Interface Files).</summary>
internal sealed unsafe class CgroupEvents : IDisposable
{
    private readonly int _fd;

    private CgroupEvents(int fd) => _fd = fd;

    /// <summary>Opens it; null when the cgroup is gone.</summary>
    internal static CgroupEvents? TryOpen(string directory)
    {
        int fd = Libc.open(directory + "/cgroup.events", Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        return fd < 0 ? null : new(fd);
    }

    /// <summary>True when a line such as <c>frozen 1</c> is there. Changes from now on end <see cref="Wait"/>.</summary>
    internal bool Has(ReadOnlySpan<byte> line)
    {
        byte* buffer = stackalloc byte[256];
        _ = Libc.lseek(_fd, 0, 0);
        nint got = Libc.read(_fd, buffer, 256);
        return got > 0 && new ReadOnlySpan<byte>(buffer, (int)got).IndexOf(line) >= 0;
    }

    /// <summary>Waits for a change after the last <see cref="Has"/>.</summary>
    internal void Wait(int milliseconds)
    {
        var poll = new Libc.pollfd { fd = _fd, events = Libc.POLLPRI };
        _ = Libc.poll(&poll, 1, milliseconds);
    }

    public void Dispose() => _ = Libc.close(_fd);
}
