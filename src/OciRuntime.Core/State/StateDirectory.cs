using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Seccomp;

namespace OciRuntime.Core.State;

/// <summary>
/// One container's directory, held open: every file is accessed through it, so that no rename and no new container of the
/// same id can come between two calls. Creating it is the lock for creation; flock(2) on it guards the verbs that change it.
/// </summary>
internal sealed class StateDirectory : IDisposable
{
    public const string StateName = "state.json";
    public const string ConfigName = "config.json";
    public const string GateName = "gate";
    public const string LogName = "log";

    private const int MostBytes = 16 << 20;

    private readonly SafeFd? _fd;
    private readonly SafeFd _root;
    private readonly bool _ownsRoot;
    private FileLock? _lock;

    private StateDirectory(SafeFd root, bool ownsRoot, SafeFd? fd, string rootPath, string id)
    {
        _root = root;
        _ownsRoot = ownsRoot;
        _fd = fd;
        Id = id;
        RootPath = rootPath;
    }

    public string Id { get; }

    public string RootPath { get; }

    public string Path => System.IO.Path.Join(RootPath, Id);

    public int Fd => _fd?.Number ?? throw new InvalidOperationException("this directory was only looked at");

    /// <summary>The compiled profiles of all containers of this state root.</summary>
    public SeccompCache SeccompCache => new(_root.Number);

    /// <summary>Makes the directory and locks it. ContainerAlreadyExists when it exists.</summary>
    public static StateDirectory Create(StateRoot root, string id)
    {
        ContainerId.Check(id);
        SafeFd rootFd = root.OpenOrCreate();
        StateDirectory? directory = null;
        try
        {
            // Held until the new directory is locked: a process that finds one without a state takes the other kind of lock to learn whether it is being made.
            using var making = FileLock.OfDirectory(rootFd.Number, root.Path, Libc.LOCK_SH);
            if (Libc.mkdirat(rootFd.Number, id, 0x1C9 /* 0711 */) != 0)
                throw Errno.Last == Errno.EEXIST ? AlreadyExists(id) : KernelError.Last("make the state directory", root.Path + "/" + id, "mkdirat");
            int fd = Libc.openat(rootFd.Number, id, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, 0);
            if (fd < 0 && Errno.Last == Errno.ENOENT)
                throw DeletedMeanwhile(id);
            if (fd < 0)
            {
                int errno = Errno.Last;
                _ = Libc.unlinkat(rootFd.Number, id, Libc.AT_REMOVEDIR);
                throw KernelError.From("open the state directory", root.Path + "/" + id, "openat", errno);
            }
            directory = new StateDirectory(rootFd, ownsRoot: true, new SafeFd(fd), root.Path, id);
            directory.LockNew();
            return directory;
        }
        catch
        {
            directory?.Dispose();
            rootFd.Dispose();
            throw;
        }
    }

    // A forced deletion may hold the lock, removes an empty directory, and may win. Then the name may be a newer container's.
    private void LockNew()
    {
        try
        {
            Lock(CancellationToken.None);
            if (Exists(StateName))
                throw AlreadyExists(Id);
        }
        catch (OciException e)
        {
            if (e.Code == OciErrorCode.ContainerNotFound)
                throw DeletedMeanwhile(Id);
            _ = Libc.unlinkat(_root.Number, Id, Libc.AT_REMOVEDIR); // fails if somebody has put a state in it
            throw;
        }
    }

    private static OciException AlreadyExists(string id) =>
        new(OciErrorCode.ContainerAlreadyExists, $"container {id} already exists") { Object = id, Errno = Errno.EEXIST, Syscall = "mkdirat" };

    private static OciException DeletedMeanwhile(string id) =>
        new(OciErrorCode.ContainerNotFound, $"container {id} was deleted while it was being created") { Object = id };

    /// <summary>True when no command is making or holding it and the id still names it: a directory without a state, left by a killed command. Takes the lock.</summary>
    public bool IsAbandoned()
    {
        using var nobodyMakes = FileLock.OfDirectory(_root.Number, RootPath, Libc.LOCK_EX);
        return TryLock() && IsCurrent();
    }

    /// <summary>Opens an existing directory, or null when there is none. Untrusted when another user could have written to it.</summary>
    public static StateDirectory? TryOpen(StateRoot root, string id)
    {
        ContainerId.Check(id);
        SafeFd? rootFd = root.TryOpen();
        if (rootFd is null)
            return null;
        StateDirectory? directory = null;
        try
        {
            if (Opened(rootFd, root.Path, id) is { } fd)
                directory = new StateDirectory(rootFd, ownsRoot: true, fd, root.Path, id);
            return directory;
        }
        finally
        {
            if (directory is null)
                rootFd.Dispose();
        }
    }

    /// <summary>
    /// Opens a directory that is only read, by its name: a running container keeps it. Later reads may see a new container of the same name.
    /// Null when there is none. Untrusted when another user could have written to it.
    /// </summary>
    /// <param name="root">The state root.</param>
    /// <param name="rootFd">The open root, which the caller keeps open as long as the directory.</param>
    /// <param name="id">Container id.</param>
    public static StateDirectory? Look(StateRoot root, SafeFd rootFd, string id)
    {
        if (!Trust.TryStat(rootFd.Number, id, out Libc.statx_t stat))
            return Errno.Last == Errno.ENOENT ? null : throw KernelError.Last("look at the state directory", root.Path + "/" + id, "statx");
        if ((stat.stx_mode & Libc.S_IFMT) != Libc.S_IFDIR)
            return null;
        return Trust.ProblemOf(stat, Libc.S_IFDIR) is { } problem
            ? throw Untrusted(id, root.Path + "/" + id, problem)
            : new StateDirectory(rootFd, ownsRoot: false, fd: null, root.Path, id);
    }

    /// <summary>Opens an existing directory below an open root, which the caller keeps open as long; null when there is none.</summary>
    public static StateDirectory? TryOpen(StateRoot root, SafeFd rootFd, string id) =>
        Opened(rootFd, root.Path, id) is { } fd ? new StateDirectory(rootFd, ownsRoot: false, fd, root.Path, id) : null;

    private static SafeFd? Opened(SafeFd root, string rootPath, string id)
    {
        int fd = Libc.openat(root.Number, id, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, 0);
        string path = rootPath + "/" + id;
        if (fd < 0)
            return Errno.Last is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP ? null : throw KernelError.Last("open the state directory", path, "openat");
        var opened = new SafeFd(fd);
        try
        {
            return Trust.ProblemOf(Trust.Stat(fd, path), Libc.S_IFDIR) is { } problem ? throw Untrusted(id, path, problem) : opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Opens an existing directory; ContainerNotFound when there is none.</summary>
    public static StateDirectory Open(StateRoot root, string id) => TryOpen(root, id) ?? throw NotFound(id);

    public static OciException NotFound(string id) =>
        new(OciErrorCode.ContainerNotFound, $"container {id} does not exist") { Object = id };

    /// <summary>Takes the lock unless another verb holds it; false then.</summary>
    public bool TryLock()
    {
        _lock ??= FileLock.TryTake(Fd, Path, Libc.LOCK_EX);
        return _lock is not null;
    }

    /// <summary>Waits for the lock. ContainerNotFound when the container was deleted meanwhile.</summary>
    public void Lock(CancellationToken cancellationToken)
    {
        _lock ??= FileLock.Take(Fd, Path, Libc.LOCK_EX, $"container {Id}", cancellationToken);
        if (!IsCurrent())
            throw NotFound(Id);
    }

    /// <summary>Releases the lock early.</summary>
    public void Unlock()
    {
        _lock?.Dispose();
        _lock = null;
    }

    /// <summary>A separate O_PATH descriptor of the directory, which does not hold the lock.</summary>
    public SafeFd OpenPath()
    {
        int fd = Libc.openat(Fd, ".", Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
        return fd >= 0 ? new SafeFd(fd) : throw KernelError.Last("open the state directory", Path, "openat");
    }

    /// <summary>True when the entry exists; throws when that can't be found out.</summary>
    public bool Exists(string name)
    {
        (int directory, string below) = At(name);
        return Libc.faccessat(directory, below, Libc.F_OK, 0) == 0
            || (Errno.Last == Errno.ENOENT ? false : throw KernelError.Last("look for", Path + "/" + name, "faccessat"));
    }

    /// <summary>True while the id still names this directory: by the time the lock is taken, the directory may be gone, or the id a newer container's.</summary>
    public unsafe bool IsCurrent()
    {
        Libc.statx_t held, named;
        if (Libc.statx(Fd, string.Empty, Libc.AT_EMPTY_PATH, Libc.STATX_INO, &held) != 0)
            throw KernelError.Last("look at", Path, "statx");
        if (Libc.statx(_root.Number, Id, Libc.AT_SYMLINK_NOFOLLOW, Libc.STATX_INO, &named) != 0)
            return Errno.Last == Errno.ENOENT ? false : throw KernelError.Last("look at", Path, "statx");
        return held.stx_ino == named.stx_ino && held.stx_dev_major == named.stx_dev_major && held.stx_dev_minor == named.stx_dev_minor;
    }

    /// <summary>The state, or null when the directory is half-written: the state is missing or torn, belongs to another container, or has no process yet.</summary>
    public ContainerState? TryReadState() => TryReadBegun() is { Pid: > 0 } state ? state : null;

    /// <summary>The same, also for a container that has a cgroup but no process yet.</summary>
    public ContainerState? TryReadBegun() => TryReadBegun(out _);

    private ContainerState? TryReadBegun(out FileStamp stamp) =>
        TryReadFile(StateName, out stamp) is { } bytes && StateJson.TryRead(bytes) is { } state && state.Id == Id ? state : null;

    /// <summary>The state and the stamp of its file: what was read is valid as long as <see cref="TryStampState"/> returns the same.</summary>
    public ContainerState? TryReadState(out FileStamp stamp) => TryReadBegun(out stamp) is { Pid: > 0 } state ? state : null;

    /// <summary>The stamp of the present state file; null when it is missing, or not ours alone.</summary>
    public FileStamp? TryStampState()
    {
        (int directory, string below) = At(StateName);
        return Trust.TryStat(directory, below, out Libc.statx_t stat) && Trust.ProblemOf(stat, Libc.S_IFREG) is null ? FileStamp.Of(stat) : null;
    }

    /// <summary>The state; ContainerBroken when the directory is half-written, or another runtime's.</summary>
    public ContainerState ReadState() => TryReadState() ?? throw (OtherRuntime.Of(this) is { } other ? OtherRuntime.Error(this, other) : Broken(Id, RootPath));

    /// <summary>The error of a verb that needs a state that is missing or torn.</summary>
    public static OciException Broken(string id, string root) => new(OciErrorCode.ContainerBroken, $"the state of container {id} is incomplete or unreadable")
    {
        Object = System.IO.Path.Join(root, id),
        Hint = "remove it with force",
        Refusal = Refusal.HalfWrittenState,
    };

    private static OciException Untrusted(string id, string path, string problem) =>
        new(OciErrorCode.Untrusted, $"the state of container {id} is not trusted: {path} {problem}")
        {
            Object = path,
            Hint = "a state decides what is signalled, removed and run: find out who wrote there, then give it back to its user (chown, chmod go-w) or remove the directory",
        };

    public void WriteState(ContainerState state) =>
        SmallFile.Replace(Fd, StateName, StateJson.Write(state).Span, 0x180 /* 0600 */, Path + "/" + StateName);

    /// <summary>Keeps the configuration for exec and hooks.</summary>
    public void WriteConfig(ReadOnlySpan<byte> json) =>
        SmallFile.Replace(Fd, ConfigName, json, 0x180, Path + "/" + ConfigName);

    public byte[] ReadConfig() => TryReadFile(ConfigName) ?? throw new OciException(
        OciErrorCode.ContainerBroken, $"the configuration of container {Id} is not in its state directory")
    { Object = Path + "/" + ConfigName };

    public void WriteExit(ExitRecord record) =>
        SmallFile.Replace(Fd, ExitFile.Name, ExitFile.Write(record).Span, 0x180, Path + "/" + ExitFile.Name);

    /// <summary>The exit record, or null when it is missing or incomplete.</summary>
    public ExitRecord? TryReadExit() => TryReadFile(ExitFile.Name) is { } bytes ? ExitFile.Parse(bytes, Id) : null;

    /// <summary>Reads a whole file of the directory; null when there is none. Untrusted when it is not ours alone.</summary>
    public byte[]? TryReadFile(string name) => TryReadFile(name, out _);

    private byte[]? TryReadFile(string name, out FileStamp stamp)
    {
        using SafeFd? file = TryOpenTrusted(name, Libc.O_RDONLY, Libc.S_IFREG, out stamp);
        if (file is null)
            return null;
        if (stamp.Size > MostBytes)
            throw KernelError.From("read", Path + "/" + name, "read", Errno.EFBIG);
        return SmallFile.ReadAll(file.Number, MostBytes * 2, regular: true) ?? throw KernelError.Last("read", Path + "/" + name, "read");
    }

    /// <summary>Opens and checks a file of the directory; null when there is none. Untrusted when it is not ours alone.</summary>
    public SafeFd? TryOpenTrusted(string name, int flags, uint type, out FileStamp stamp)
    {
        stamp = default;
        (int directory, string below) = At(name);
        // O_NONBLOCK: a FIFO without a writer would block.
        int fd = Libc.openat(directory, below, flags | Libc.O_NOFOLLOW | Libc.O_NONBLOCK | Libc.O_CLOEXEC, 0);
        if (fd < 0)
        {
            return Errno.Last switch
            {
                Errno.ENOENT => null,
                Errno.ELOOP => throw Untrusted(Id, Path + "/" + name, "is a symbolic link"),
                Errno.ENXIO => throw Untrusted(Id, Path + "/" + name, "is not a regular file"), // a socket
                _ => throw KernelError.Last("open", Path + "/" + name, "openat"),
            };
        }
        var file = new SafeFd(fd);
        try
        {
            if (!Trust.TryStat(fd, out Libc.statx_t stat))
                throw KernelError.Last("look at", Path + "/" + name, "statx");
            if (Trust.ProblemOf(stat, type) is { } problem)
                throw Untrusted(Id, Path + "/" + name, problem);
            stamp = FileStamp.Of(stat);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    // A directory that was only looked at is reached through the root.
    private (int Directory, string Name) At(string name) => _fd is null ? (_root.Number, Id + "/" + name) : (_fd.Number, name);

    /// <summary>Opens a new or existing file of the directory.</summary>
    public SafeFd OpenFile(string name, int flags)
    {
        int fd = Libc.openat(Fd, name, flags | Libc.O_CLOEXEC | Libc.O_NOFOLLOW, 0x180);
        return fd >= 0 ? new SafeFd(fd) : throw KernelError.Last("open", Path + "/" + name, "openat");
    }

    /// <summary>Removes a file; a missing file is not an error.</summary>
    public void Unlink(string name)
    {
        if (Libc.unlinkat(Fd, name, 0) != 0 && Errno.Last != Errno.ENOENT)
            throw KernelError.Last("remove", Path + "/" + name, "unlinkat");
    }

    /// <summary>
    /// Removes the directory and everything in it. The state goes after all else but the configuration, which goes last: whenever this is cut
    /// short, what is left is a whole container that has stopped, or a directory without a state, never a state without what it needs.
    /// </summary>
    public void Remove()
    {
        // Whoever waits for the container writes its exit record without the lock, perhaps after the check.
        const int Attempts = 10;
        for (int attempt = 1; !TryRemove(last: attempt == Attempts); attempt++)
        {
        }
    }

    private bool TryRemove(bool last)
    {
        foreach (DirectoryEntry entry in DirectoryEntry.ReadAll(Fd, Path))
        {
            if (entry.Name is not (StateName or ConfigName))
                RemoveTree(Fd, entry.Name, Path);
        }
        Unlink(StateName);
        Unlink(ConfigName);
        // The name may belong to a newer container, whose directory is still empty.
        if (!IsCurrent())
            return true;
        if (Libc.unlinkat(_root.Number, Id, Libc.AT_REMOVEDIR) == 0 || Errno.Last == Errno.ENOENT)
            return true;
        return Errno.Last == Errno.ENOTEMPTY && !last ? false : throw KernelError.Last("remove the state directory", Path, "unlinkat");
    }

    // This runtime makes no directories here; one that somebody left is removed all the same, through descriptors.
    private static void RemoveTree(int directory, string name, string shownDirectory)
    {
        string shown = shownDirectory + "/" + name;
        if (Libc.unlinkat(directory, name, 0) == 0 || Errno.Last == Errno.ENOENT)
            return;
        if (Errno.Last != Errno.EISDIR)
            throw KernelError.Last("remove", shown, "unlinkat");
        int fd = Libc.openat(directory, name, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, 0);
        if (fd < 0)
            throw KernelError.Last("remove", shown, "openat");
        using (new SafeFd(fd))
        {
            foreach (DirectoryEntry entry in DirectoryEntry.ReadAll(fd, shown))
                RemoveTree(fd, entry.Name, shown);
        }
        if (Libc.unlinkat(directory, name, Libc.AT_REMOVEDIR) != 0 && Errno.Last != Errno.ENOENT)
            throw KernelError.Last("remove", shown, "unlinkat");
    }

    public void Dispose()
    {
        Unlock();
        _fd?.Dispose();
        if (_ownsRoot)
            _root.Dispose();
    }
}
