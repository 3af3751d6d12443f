using System.Globalization;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.State;

/// <summary>The directory that holds one directory a container.</summary>
internal sealed class StateRoot
{
    public StateRoot(string path) => Path = System.IO.Path.GetFullPath(path);

    public string Path { get; }

    /// <summary>/run/oci-runtime, or $XDG_RUNTIME_DIR/oci-runtime when rootless.</summary>
    public static string DefaultPath(bool rootless)
    {
        if (!rootless)
            return "/run/oci-runtime";
        string? runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        return string.IsNullOrEmpty(runtime)
            ? "/tmp/oci-runtime-" + Libc.geteuid().ToString(CultureInfo.InvariantCulture)
            : runtime + "/oci-runtime";
    }

    /// <summary>The directory, or null when there is none yet. PermissionDenied when somebody else could write the states in it.</summary>
    public SafeFd? TryOpen()
    {
        int fd = Libc.open(Path, Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, 0);
        if (fd < 0 && Errno.Last is Errno.ELOOP or Errno.ENOTDIR && IsOurLink())
            fd = Libc.open(Path, Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
        if (fd < 0)
            return Errno.Last == Errno.ENOENT ? null : throw KernelError.Last("open the state root", Path, "open");
        var root = new SafeFd(fd);
        if (Distrust(fd) is not { } why)
            return root;
        root.Dispose();
        throw new OciException(OciErrorCode.PermissionDenied, $"the state root {Path} {why}")
        {
            Object = Path,
            Hint = "states say what is signalled, removed and run: use a directory that is yours (--root, -Root)",
        };
    }

    /// <summary>The directory, made when it is missing.</summary>
    public SafeFd OpenOrCreate()
    {
        if (TryOpen() is { } fd)
            return fd;
        Make(Path);
        return TryOpen() ?? throw KernelError.From("open the state root", Path, "open", Errno.ENOENT);
    }

    /// <summary>Names of the containers' directories, sorted.</summary>
    public List<string> Ids()
    {
        var ids = new List<string>();
        try
        {
            foreach (string entry in Directory.EnumerateDirectories(Path))
            {
                string name = System.IO.Path.GetFileName(entry);
                if (ContainerId.IsValid(name))
                    ids.Add(name);
            }
        }
        catch (DirectoryNotFoundException)
        {
            return ids;
        }
        catch (UnauthorizedAccessException)
        {
            throw KernelError.From("list the state root", Path, "open", Errno.EACCES);
        }
        ids.Sort(StringComparer.Ordinal);
        return ids;
    }

    // The fallback below /tmp can be made by anybody who is faster: a directory, or a link to one.
    private static unsafe string? Distrust(int fd)
    {
        Libc.statx_t stat;
        if (Libc.statx(fd, string.Empty, Libc.AT_EMPTY_PATH, Libc.STATX_MODE | Libc.STATX_UID, &stat) != 0)
            return "can't be looked at";
        if (!IsOurs(stat.stx_uid))
            return "belongs to user " + stat.stx_uid.ToString(CultureInfo.InvariantCulture);
        return (stat.stx_mode & 0x2) != 0 ? "is writable by everybody" : null;
    }

    private unsafe bool IsOurLink()
    {
        int errno = Errno.Last;
        Libc.statx_t stat;
        bool own = Libc.statx(Libc.AT_FDCWD, Path, Libc.AT_SYMLINK_NOFOLLOW, Libc.STATX_TYPE | Libc.STATX_UID, &stat) == 0
            && (stat.stx_mode & Libc.S_IFMT) == Libc.S_IFLNK && IsOurs(stat.stx_uid);
        Errno.Last = errno;
        return own;
    }

    private static bool IsOurs(uint uid) => uid == 0 || uid == Libc.geteuid();

    private static void Make(string path)
    {
        string? parent = System.IO.Path.GetDirectoryName(path);
        if (parent is { Length: > 1 } && Libc.faccessat(Libc.AT_FDCWD, parent, Libc.F_OK, 0) != 0)
            Make(parent);
        if (Libc.mkdirat(Libc.AT_FDCWD, path, 0x1C9 /* 0711 */) != 0 && Errno.Last != Errno.EEXIST)
            throw KernelError.Last("make the state root", path, "mkdirat");
    }
}
