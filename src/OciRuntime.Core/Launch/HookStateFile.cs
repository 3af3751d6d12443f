using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Launch;

/// <summary>
/// The memfd with the state that createContainer and startContainer hooks read. It is rewritten as the container's status
/// changes; init rewinds it before each hook.
/// </summary>
internal sealed unsafe class HookStateFile : IDisposable
{
    public HookStateFile()
    {
        int fd = Libc.memfd_create("state", Libc.MFD_CLOEXEC);
        Fd = fd >= 0 ? new SafeFd(fd) : throw KernelError.Last("make", "the hooks' state", "memfd_create");
    }

    public SafeFd Fd { get; }

    public void Write(ReadOnlySpan<byte> json)
    {
        fixed (byte* start = json)
        {
            // pwrite: the offset is shared with the hooks' stdin.
            if (Libc.ftruncate(Fd.Number, 0) != 0 || Libc.pwrite(Fd.Number, start, json.Length, 0) != json.Length)
                throw KernelError.Last("write", "the hooks' state", "pwrite");
        }
    }

    public void Dispose() => Fd.Dispose();
}
