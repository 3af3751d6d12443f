using System.Runtime.InteropServices;
using System.Text;

namespace OciRuntime.Core.Interop;

/// <summary>An inotify(7) queue: the kernel reports changes at watched paths. Never blocks; poll its descriptor.</summary>
internal sealed unsafe class FileChanges : IDisposable
{
    // struct inotify_event: s32 watch, u32 mask, u32 cookie, u32 length, name.
    private const int HeadLength = 16;

    private readonly SafeFd _fd;

    internal FileChanges()
    {
        int fd = Libc.inotify_init1(Libc.IN_CLOEXEC | Libc.IN_NONBLOCK);
        _fd = fd >= 0 ? new SafeFd(fd) : throw KernelError.Last("make", "an inotify queue", "inotify_init1");
    }

    internal int Fd => _fd.Number;

    /// <summary>Watches a path; null when it does not exist.</summary>
    internal int? TryWatch(string path, uint mask)
    {
        int watch = Libc.inotify_add_watch(Fd, path, mask);
        if (watch >= 0)
            return watch;
        return Errno.Last is Errno.ENOENT or Errno.ENOTDIR or Errno.ENODEV or Errno.ELOOP ? null : throw KernelError.Last("watch", path, "inotify_add_watch");
    }

    /// <summary>Ends a watch; a watch that the kernel has ended already is not an error.</summary>
    internal void Unwatch(int watch) => _ = Libc.inotify_rm_watch(Fd, watch);

    /// <summary>The changes since the last call.</summary>
    internal List<FileChange> Take()
    {
        var changes = new List<FileChange>();
        byte* buffer = stackalloc byte[8192];
        while (true)
        {
            nint length = Libc.read(Fd, buffer, 8192);
            if (length < 0 && Errno.Last == Errno.EINTR)
                continue;
            if (length < 0 && Errno.Last == Errno.EAGAIN)
                return changes;
            if (length < 0)
                throw KernelError.Last("read", "an inotify queue", "read");
            for (nint at = 0; at < length;)
            {
                int name = *(int*)(buffer + at + 12);
                changes.Add(new(
                    *(int*)(buffer + at),
                    *(uint*)(buffer + at + 4),
                    name == 0 ? string.Empty : Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(buffer + at + HeadLength))));
                at += HeadLength + name;
            }
        }
    }

    public void Dispose() => _fd.Dispose();
}

/// <summary>One change.</summary>
/// <param name="Watch">The watch that reported it.</param>
/// <param name="Mask">IN_CREATE and so on.</param>
/// <param name="Name">The changed entry of a watched directory; empty for the watched path itself.</param>
internal readonly record struct FileChange(int Watch, uint Mask, string Name);
