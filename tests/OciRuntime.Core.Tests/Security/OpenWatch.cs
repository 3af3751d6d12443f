using System.Runtime.InteropServices;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Tests.Security;

/// <summary>Counts how often a file is opened, devices and pipes too (inotify(7)); O_PATH is no opening.</summary>
internal sealed partial class OpenWatch : IDisposable
{
    private const int IN_OPEN = 0x20;
    private const int EventSize = 16;

    private readonly SafeFd _fd;

    public OpenWatch(string path)
    {
        _fd = new SafeFd(inotify_init1(Libc.O_NONBLOCK | Libc.O_CLOEXEC));
        if (inotify_add_watch(_fd.Number, path, IN_OPEN) < 0)
            throw new IOException("inotify_add_watch " + path);
    }

    /// <summary>Openings since the last look. Those that follow one another without another event may count as one.</summary>
    public unsafe int Take()
    {
        byte* buffer = stackalloc byte[4096];
        nint length = Libc.read(_fd.Number, buffer, 4096);
        return length < 0 ? 0 : (int)length / EventSize;
    }

    public void Dispose() => _fd.Dispose();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int inotify_init1(int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int inotify_add_watch(int fd, string path, int mask);
}
