using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Seccomp;

namespace OciRuntime.Core.State;

/// <summary>
/// One container's directory, held open: every file is reached through it, so that a rename or a new container of the
/// same id can't get between two calls. Making it is the lock for creation; flock(2) on it guards the verbs that change it.
/// </summary>
internal sealed class StateDirectory : IDisposable
{
    public const string StateName = "state.json";
    public const string ConfigName = "config.json";
    public const string GateName = "gate";
    public const string LogName = "log";

    // Long enough for hooks of another verb; nobody waits for ever on a stuck one.
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(60);

    private readonly SafeFd _fd;
    private readonly SafeFd _root;
    private readonly bool _ownsRoot;
    private bool _locked;

    private StateDirectory(SafeFd root, bool ownsRoot, SafeFd fd, string rootPath, string id)
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

    public int Fd => _fd.Number;

    /// <summary>The compiled profiles of all containers of this state root.</summary>
    public SeccompCache SeccompCache => new(_root.Number);

    /// <summary>Makes the directory, locked. ContainerAlreadyExists when it is there.</summary>
    public static StateDirectory Create(StateRoot root, string id)
    {
        ContainerId.Check(id);
        SafeFd rootFd = root.OpenOrCreate();
        try
        {
            if (Libc.mkdirat(rootFd.Number, id, 0x1C9 /* 0711 */) != 0)
            {
                int errno = Errno.Last;
                throw errno == Errno.EEXIST
                    ? new OciException(OciErrorCode.ContainerAlreadyExists, "container with given ID already exists") { Object = id, Errno = errno, Syscall = "mkdirat" }
                    : KernelError.From("make the state directory", root.Path + "/" + id, "mkdirat", errno);
            }
            int fd = Libc.openat(rootFd.Number, id, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, 0);
            if (fd < 0)
            {
                int errno = Errno.Last;
                _ = Libc.unlinkat(rootFd.Number, id, Libc.AT_REMOVEDIR);
                throw KernelError.From("open the state directory", root.Path + "/" + id, "openat", errno);
            }
            var directory = new StateDirectory(rootFd, ownsRoot: true, new SafeFd(fd), root.Path, id);
            // Nobody else can want it this early except a forced delete, which sees an empty directory: it may win.
            directory._locked = Libc.flock(fd, Libc.LOCK_EX | Libc.LOCK_NB) == 0;
            return directory;
        }
        catch
        {
            rootFd.Dispose();
            throw;
        }
    }

    /// <summary>Opens an existing directory, or null when there is none.</summary>
    public static StateDirectory? TryOpen(StateRoot root, string id)
    {
        ContainerId.Check(id);
        SafeFd? rootFd = root.TryOpen();
        if (rootFd is null)
            return null;
        StateDirectory? directory = null;
        try
        {
            directory = TryOpen(root, rootFd, ownsRoot: true, id);
            return directory;
        }
        finally
        {
            if (directory is null)
                rootFd.Dispose();
        }
    }

    /// <summary>The same below an open root, which the caller keeps open for as long as the directory.</summary>
    public static StateDirectory? TryOpen(StateRoot root, SafeFd rootFd, string id) => TryOpen(root, rootFd, ownsRoot: false, id);

    private static StateDirectory? TryOpen(StateRoot root, SafeFd rootFd, bool ownsRoot, string id)
    {
        int fd = Libc.openat(rootFd.Number, id, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, 0);
        if (fd >= 0)
            return new StateDirectory(rootFd, ownsRoot, new SafeFd(fd), root.Path, id);
        int errno = Errno.Last;
        return errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP ? null : throw KernelError.From("open the state directory", root.Path + "/" + id, "openat", errno);
    }

    /// <summary>Opens an existing directory; ContainerNotFound when there is none.</summary>
    public static StateDirectory Open(StateRoot root, string id) => TryOpen(root, id) ?? throw NotFound(id);

    public static OciException NotFound(string id) =>
        new(OciErrorCode.ContainerNotFound, "container does not exist") { Object = id };

    /// <summary>True when no other verb holds it; takes the lock.</summary>
    public bool TryLock()
    {
        _locked = _locked || Libc.flock(Fd, Libc.LOCK_EX | Libc.LOCK_NB) == 0;
        return _locked;
    }

    /// <summary>Waits for the lock. ContainerNotFound when the container was deleted meanwhile.</summary>
    public void Lock(CancellationToken cancellationToken)
    {
        long deadline = Environment.TickCount64 + (long)LockTimeout.TotalMilliseconds;
        // flock(2) can't be interrupted for one thread, so a taken lock is asked for again.
        for (int pause = 1; !TryLock(); pause = Math.Min(pause * 2, 20))
        {
            if (Errno.Last is not (Errno.EAGAIN or Errno.EINTR))
                throw KernelError.Last("lock", Path, "flock");
            if (Environment.TickCount64 > deadline)
                throw new OciException(OciErrorCode.Timeout, $"another command is busy with container {Id}") { Object = Id };
            if (cancellationToken.WaitHandle.WaitOne(pause))
                throw new OciException(OciErrorCode.Cancelled, $"cancelled while waiting for another command on container {Id}") { Object = Id };
        }
        if (!IsCurrent())
            throw NotFound(Id);
    }

    /// <summary>Gives the lock back early.</summary>
    public void Unlock()
    {
        if (!_locked)
            return;
        _locked = false;
        // Explicit: a child being spawned on another thread may hold a copy of the descriptor for a moment.
        _ = Libc.flock(Fd, 8 /* LOCK_UN */);
    }

    /// <summary>The directory as O_PATH: a descriptor of its own, so that whoever holds it does not hold the lock.</summary>
    public SafeFd OpenPath()
    {
        int fd = Libc.openat(Fd, ".", Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
        return fd >= 0 ? new SafeFd(fd) : throw KernelError.Last("open the state directory", Path, "openat");
    }

    public bool Exists(string name) => Libc.faccessat(Fd, name, Libc.F_OK, 0) == 0;

    /// <summary>True while the id still names this directory: it may be gone, or a newer container's, by the time the lock is ours.</summary>
    public unsafe bool IsCurrent()
    {
        Libc.statx_t held, named;
        return Libc.statx(Fd, string.Empty, Libc.AT_EMPTY_PATH, Libc.STATX_INO, &held) == 0
            && Libc.statx(_root.Number, Id, Libc.AT_SYMLINK_NOFOLLOW, Libc.STATX_INO, &named) == 0
            && held.stx_ino == named.stx_ino && held.stx_dev_major == named.stx_dev_major && held.stx_dev_minor == named.stx_dev_minor;
    }

    /// <summary>The state, or null when the directory is half-written.</summary>
    public ContainerState? TryReadState()
    {
        byte[]? bytes = SmallFile.TryRead(Fd, StateName);
        return bytes is null ? null : StateJson.TryRead(bytes);
    }

    /// <summary>The state; ContainerBroken when the directory is half-written.</summary>
    public ContainerState ReadState() => TryReadState() ?? throw new OciException(
        OciErrorCode.ContainerBroken, $"the state of container {Id} is incomplete or unreadable")
    {
        Object = Path,
        Hint = "a forced delete clears it",
    };

    public void WriteState(ContainerState state) =>
        SmallFile.Replace(Fd, StateName, StateJson.Write(state).Span, 0x180 /* 0600 */, Path + "/" + StateName);

    /// <summary>Keeps the configuration for exec and hooks.</summary>
    public void WriteConfig(ReadOnlySpan<byte> json) =>
        SmallFile.Replace(Fd, ConfigName, json, 0x180, Path + "/" + ConfigName);

    public byte[] ReadConfig() => SmallFile.TryRead(Fd, ConfigName) ?? throw new OciException(
        OciErrorCode.ContainerBroken, $"the configuration of container {Id} is not in its state directory")
    { Object = Path + "/" + ConfigName };

    public void WriteExit(ExitRecord record) =>
        SmallFile.Replace(Fd, ExitFile.Name, ExitFile.Write(record).Span, 0x180, Path + "/" + ExitFile.Name);

    public ExitRecord? TryReadExit() => ExitFile.TryRead(Fd, Id);

    /// <summary>A new or existing file of the directory, opened.</summary>
    public SafeFd OpenFile(string name, int flags)
    {
        int fd = Libc.openat(Fd, name, flags | Libc.O_CLOEXEC | Libc.O_NOFOLLOW, 0x180);
        return fd >= 0 ? new SafeFd(fd) : throw KernelError.Last("open", Path + "/" + name, "openat");
    }

    public void Unlink(string name) => _ = Libc.unlinkat(Fd, name, 0);

    /// <summary>Removes the directory and all in it.</summary>
    public void Remove()
    {
        Unlink(ConfigName);
        Unlink(StateName);
        if (Libc.unlinkat(_root.Number, Id, Libc.AT_REMOVEDIR) == 0 || Errno.Last == Errno.ENOENT)
            return;
        // Log, exit record, gate, or what a killed runtime left half-written.
        try
        {
            foreach (FileSystemInfo entry in new DirectoryInfo(Path).EnumerateFileSystemInfos())
            {
                if (entry is DirectoryInfo { LinkTarget: null } directory)
                    directory.Delete(recursive: true);
                else
                    _ = Libc.unlinkat(Fd, entry.Name, 0);
            }
        }
        catch (IOException e)
        {
            throw new OciException(OciErrorCode.SystemCallFailed, $"remove {Path}: {e.Message}", e) { Object = Path };
        }
        if (Libc.unlinkat(_root.Number, Id, Libc.AT_REMOVEDIR) != 0 && Errno.Last != Errno.ENOENT)
            throw KernelError.Last("remove the state directory", Path, "unlinkat");
    }

    public void Dispose()
    {
        Unlock();
        _fd.Dispose();
        if (_ownsRoot)
            _root.Dispose();
    }
}
