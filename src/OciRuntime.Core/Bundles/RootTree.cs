using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Bundles;

/// <summary>
/// Writes into a root filesystem that is not trusted: every directory is resolved by the kernel inside the root (openat2(2),
/// RESOLVE_IN_ROOT), the last name is never followed, and whatever has that name is removed first. A symbolic link in an image can
/// therefore only lead to another place in the image.
/// </summary>
internal sealed class RootTree : IDisposable
{
    private const int MostTries = 10;

    private readonly SafeFd _root;
    private readonly bool _mayChown = Libc.geteuid() == 0;
    private readonly Dictionary<string, EntryMetadata> _directories = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _directoryNames = new(StringComparer.Ordinal);
    private readonly WarningList _warnings;
    private SafeFd? _parent;
    private string? _parentPath;

    public RootTree(string path, WarningList warnings)
    {
        _warnings = warnings;
        int fd = Libc.open(path, Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
        if (fd < 0)
            throw KernelError.Last("open", path, "open");
        _root = new SafeFd(fd);
    }

    /// <summary>Makes a directory, or keeps an existing one; metadata is set by <see cref="Finish"/>.</summary>
    public void AddDirectory(RootPath path, EntryMetadata metadata)
    {
        if (path.Name.Length > 0)
        {
            int parent = OpenParent(path);
            if (TypeOf(parent, path.Name) != Libc.S_IFDIR)
            {
                Remove(path);
                parent = OpenParent(path);
                // Accessible to us until everything is in it.
                Check(Libc.mkdirat(parent, path.Name, 0x1C0), path, "mkdirat");
            }
        }
        _directories[path.Full] = metadata;
        _directoryNames.Add(path.Full);
    }

    /// <summary>Makes a file, replacing whatever is there.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="content">Its content; of a sparse file only the data between the holes.</param>
    /// <param name="metadata">Owner, permissions, time, attributes.</param>
    /// <param name="cancellation">Stops writing.</param>
    /// <param name="sparse">Where the content of a sparse file belongs.</param>
    public void AddFile(RootPath path, Stream content, EntryMetadata metadata, CancellationToken cancellation, SparseMap? sparse = null)
    {
        int parent = Clear(path);
        int fd = Libc.openat(parent, path.Name, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, 0x180);
        Check(fd, path, "openat");
        using var file = new SafeFileHandle(fd, ownsHandle: true);
        using (var stream = new FileStream(new SafeFileHandle(fd, ownsHandle: false), FileAccess.Write, bufferSize: 0))
        {
            foreach (SparseSegment segment in sparse?.Segments ?? [new SparseSegment(0, long.MaxValue)])
            {
                stream.Position = segment.Offset;
                Copy(content, stream, segment.Length, cancellation);
            }
            if (sparse is not null)
                stream.SetLength(sparse.Size);
        }
        SetMetadata(fd, path, metadata);
    }

    /// <summary>Makes a symbolic link; the target is stored as text and not resolved.</summary>
    public void AddSymbolicLink(RootPath path, string target, EntryMetadata metadata)
    {
        int parent = Clear(path);
        Check(Libc.symlinkat(target, parent, path.Name), path, "symlinkat");
        SetLinkMetadata(parent, path, metadata);
    }

    /// <summary>Makes another name for a file that was unpacked before.</summary>
    public void AddHardLink(RootPath path, RootPath target)
    {
        // A link to itself exists already.
        if (path.Full == target.Full)
            return;
        using SafeFd targetParent = TryOpen(target.Parent) ?? throw KernelError.Last("unpack", target.Full, "openat2");
        int parent = Clear(path);
        // Without AT_SYMLINK_FOLLOW a link to a symbolic link becomes a second name for that link.
        Check(Libc.linkat(targetParent.Number, target.Name, parent, path.Name, 0), path, "linkat");
    }

    /// <summary>Makes a device node or a fifo; without the privilege it is left out with a warning.</summary>
    public void AddNode(RootPath path, uint type, uint major, uint minor, EntryMetadata metadata)
    {
        int parent = Clear(path);
        if (Libc.mknodat(parent, path.Name, type | 0x180, DeviceNumber(major, minor)) < 0)
        {
            if (type == Libc.S_IFIFO || Errno.Last != Errno.EPERM)
                throw Failed(path, "mknodat");
            _warnings.Add($"{path.Full}: a device node may not be made here (EPERM); left out");
            return;
        }
        // Never opens the node itself.
        Check(Libc.fchmodat(parent, path.Name, metadata.Mode, 0), path, "fchmodat");
        SetLinkMetadata(parent, path, metadata);
    }

    /// <summary>Removes whatever is at a path, with everything below it.</summary>
    public void Remove(RootPath path)
    {
        if (path.Name.Length == 0)
            return;
        int parent = OpenParent(path);
        if (TypeOf(parent, path.Name) is null)
            return;
        if (!TreeRemoval.TryRemove(parent, path.Name))
            throw Failed(path, "unlinkat");
        Forget(path.Full);
    }

    /// <summary>Removes the entries of a directory, at any depth, that should not be kept.</summary>
    public void RemoveChildren(string directory, Func<string, bool> keep)
    {
        using SafeFd? fd = TryOpen(directory);
        if (fd is null)
            return;
        foreach (string name in TreeRemoval.NamesIn(fd.Number))
        {
            RootPath child = RootPath.Parse(directory + "/" + name);
            if (!keep(child.Full))
                Remove(child);
            else if (TypeOf(fd.Number, name) == Libc.S_IFDIR)
                RemoveChildren(child.Full, keep);
        }
    }

    /// <summary>True when the path is a directory, or a link that leads to one inside the root.</summary>
    public bool IsDirectory(RootPath path)
    {
        using SafeFd? fd = TryOpen(path.Full);
        return fd is not null;
    }

    /// <summary>Sets owners, permissions and times of the directories; done last, because nothing could be added to a directory without write permission.</summary>
    public void Finish()
    {
        foreach ((string directory, EntryMetadata metadata) in _directories)
        {
            RootPath path = RootPath.Parse(directory);
            // A directory that was reached through a link may be gone.
            using SafeFd? parent = TryOpen(path.Parent);
            if (parent is null)
                continue;
            int fd = Libc.openat(parent.Number, path.Name.Length == 0 ? "." : path.Name, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, 0);
            if (fd < 0 && Errno.Last is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP)
                continue;
            Check(fd, path, "openat");
            using var handle = new SafeFd(fd);
            SetMetadata(fd, path, metadata);
        }
        _directories.Clear();
        _directoryNames.Clear();
    }

    public void Dispose()
    {
        _parent?.Dispose();
        _root.Dispose();
    }

    private int Clear(RootPath path)
    {
        if (path.Name.Length == 0)
            throw new OciException(OciErrorCode.InvalidArgument, "unpack: the archive's root is not a directory") { Step = "unpack" };
        Remove(path);
        return OpenParent(path);
    }

    // Entries of one directory follow one another, so its descriptor is kept. Whatever has become of it, it is inside the root.
    private int OpenParent(RootPath path)
    {
        if (_parent is not null && _parentPath == path.Parent)
            return _parent.Number;
        SafeFd opened = Open(path.Parent, path.Full);
        _parent?.Dispose();
        _parent = opened;
        _parentPath = path.Parent;
        return opened.Number;
    }

    private SafeFd Open(string directory, string forPath)
    {
        if (TryOpen(directory) is { } fd)
            return fd;
        int errno = Errno.Last;
        if (errno != Errno.ENOENT)
            throw KernelError.From("unpack", forPath, "openat2", errno);
        return MakeParents(directory, forPath);
    }

    // Archives may leave parents out. Few of the paths above are looked up: each look-up may follow up to forty long links.
    private SafeFd MakeParents(string directory, string forPath)
    {
        string[] names = directory.Split('/');
        int there = 0;
        for (int missing = names.Length; there + 1 < missing;)
        {
            int middle = (there + missing) / 2;
            using SafeFd? found = TryOpen(string.Join('/', names, 0, middle));
            if (found is null && Errno.Last != Errno.ENOENT)
                throw KernelError.Last("unpack", forPath, "openat2");
            if (found is null)
                missing = middle;
            else
                there = middle;
        }
        SafeFd at = TryOpen(string.Join('/', names, 0, there)) ?? throw KernelError.Last("unpack", forPath, "openat2");
        for (int i = there; i < names.Length; i++)
        {
            using SafeFd above = at;
            if (Libc.mkdirat(above.Number, names[i], 0x1ED) < 0)
                throw KernelError.Last("unpack", forPath, "mkdirat");
            int fd = Libc.openat(above.Number, names[i], Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, 0);
            at = fd >= 0 ? new SafeFd(fd) : throw KernelError.Last("unpack", forPath, "openat");
        }
        return at;
    }

    private SafeFd? TryOpen(string directory)
    {
        var how = new Libc.open_how
        {
            flags = (ulong)(Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_CLOEXEC),
            resolve = Libc.RESOLVE_IN_ROOT | Libc.RESOLVE_NO_MAGICLINKS,
        };
        int fd;
        int tries = 0;
        // openat2(2) may ask for a retry when anything was renamed meanwhile. The kernel then walks a path twice and counts the
        // links of both walks: more than twenty may look like too many.
        do
            fd = Libc.openat2(_root.Number, directory.Length == 0 ? "." : directory, how);
        while (fd < 0 && Errno.Last is Errno.EAGAIN or Errno.EINTR or Errno.ELOOP && ++tries < MostTries);
        return fd < 0 ? null : new SafeFd(fd);
    }

    private static unsafe uint? TypeOf(int parent, string name)
    {
        Libc.statx_t stat;
        return Libc.statx(parent, name, Libc.AT_SYMLINK_NOFOLLOW, Libc.STATX_TYPE, &stat) == 0 ? stat.stx_mode & Libc.S_IFMT : null;
    }

    private void Forget(string path)
    {
        if (_directories.Remove(path))
            _directoryNames.Remove(path);
        // '0' is the character after '/'.
        foreach (string below in _directoryNames.GetViewBetween(path + "/", path + "0").ToList())
        {
            _directories.Remove(below);
            _directoryNames.Remove(below);
        }
        // The kept descriptor may be the removed directory, or have been reached through a removed link.
        _parent?.Dispose();
        _parent = null;
    }

    private unsafe void SetMetadata(int fd, RootPath path, EntryMetadata metadata)
    {
        if (_mayChown)
            Check(Libc.fchown(fd, metadata.Uid, metadata.Gid), path, "fchown");
        if (metadata.Attributes is not null)
            SetAttributes(fd, path, metadata.Attributes);
        // chown(2) clears setuid and setgid.
        Check(Libc.fchmod(fd, metadata.Mode), path, "fchmod");
        Libc.timespec_t* times = stackalloc Libc.timespec_t[2];
        times[0] = times[1] = TimeOf(metadata);
        Check(Libc.futimens(fd, times), path, "futimens");
    }

    private unsafe void SetAttributes(int fd, RootPath path, IReadOnlyDictionary<string, byte[]> attributes)
    {
        foreach ((string name, byte[] value) in attributes)
        {
            fixed (byte* bytes = value)
            {
                if (Libc.fsetxattr(fd, name, bytes, value.Length, 0) < 0)
                    _warnings.Add($"{path.Full}: extended attribute {name}: {KernelError.Reason(Errno.Last)}; left out");
            }
        }
    }

    private unsafe void SetLinkMetadata(int parent, RootPath path, EntryMetadata metadata)
    {
        if (_mayChown)
            Check(Libc.fchownat(parent, path.Name, metadata.Uid, metadata.Gid, Libc.AT_SYMLINK_NOFOLLOW), path, "fchownat");
        Libc.timespec_t* times = stackalloc Libc.timespec_t[2];
        times[0] = times[1] = TimeOf(metadata);
        Check(Libc.utimensat(parent, path.Name, times, Libc.AT_SYMLINK_NOFOLLOW), path, "utimensat");
    }

    private static Libc.timespec_t TimeOf(EntryMetadata metadata)
    {
        long ticks = metadata.Modified.UtcTicks - DateTime.UnixEpoch.Ticks;
        long seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out long rest);
        if (rest < 0)
        {
            rest += TimeSpan.TicksPerSecond;
            seconds--;
        }
        return new Libc.timespec_t { tv_sec = (nint)seconds, tv_nsec = (nint)(rest * 100) };
    }

    // makedev(3).
    private static ulong DeviceNumber(uint major, uint minor) =>
        ((major & 0xFFFUL) << 8) | ((major & ~0xFFFUL) << 32) | (minor & 0xFFUL) | ((minor & ~0xFFUL) << 12);

    private static void Copy(Stream from, FileStream to, long length, CancellationToken cancellation)
    {
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            int count;
            while ((count = from.Read(buffer, 0, (int)Math.Min(buffer.Length, length))) > 0)
            {
                cancellation.ThrowIfCancelled();
                to.Write(buffer, 0, count);
                length -= count;
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Check(int result, RootPath path, string syscall)
    {
        if (result < 0)
            throw Failed(path, syscall);
    }

    private static OciException Failed(RootPath path, string syscall) => KernelError.Last("unpack", path.Full, syscall);
}
