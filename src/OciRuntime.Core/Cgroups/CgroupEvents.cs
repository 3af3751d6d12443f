using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Cgroups;

/// <summary>An open <c>cgroup.events</c>: the kernel signals each change of its values (cgroup-v2, Core Interface Files).</summary>
internal sealed unsafe class CgroupEvents : IDisposable
{
    private readonly int _fd;
    private readonly string _path;

    private CgroupEvents(int fd, string path)
    {
        _fd = fd;
        _path = path;
    }

    /// <summary>Opens the file; null when the cgroup is gone.</summary>
    internal static CgroupEvents? TryOpen(string directory)
    {
        string path = directory + "/cgroup.events";
        int fd = Libc.open(path, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        if (fd >= 0)
            return new(fd, path);
        return Errno.Last is Errno.ENOENT or Errno.ENODEV ? null : throw KernelError.Last("read", path, "open");
    }

    /// <summary>True when the file has a line such as <c>frozen 1</c>; false when the cgroup is gone. Any later change ends <see cref="Wait"/>.</summary>
    internal bool Has(ReadOnlySpan<byte> line)
    {
        byte* buffer = stackalloc byte[256];
        nint got;
        do
        {
            // Not lseek(2) and read(2): either may fail when the cgroup is gone.
            got = Libc.pread(_fd, buffer, 256, 0);
        }
        while (got < 0 && Errno.Last == Errno.EINTR);
        if (got < 0)
            return Errno.Last == Errno.ENODEV ? false : throw KernelError.Last("read", _path, "pread");
        return new ReadOnlySpan<byte>(buffer, (int)got).IndexOf(line) >= 0;
    }

    /// <summary>Waits for a change after the last <see cref="Has"/>.</summary>
    internal void Wait(int milliseconds)
    {
        var poll = new Libc.pollfd { fd = _fd, events = Libc.POLLPRI };
        _ = Libc.poll(&poll, 1, milliseconds);
    }

    public void Dispose() => _ = Libc.close(_fd);
}
