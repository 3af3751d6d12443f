using System.Globalization;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Checkpoint;

/// <summary>A root filesystem whose links can't lead out of it.</summary>
internal sealed unsafe class RootPath : IDisposable
{
    private readonly SafeFd _root;

    public RootPath(string path)
    {
        int fd = Libc.open(path, Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
        _root = fd >= 0 ? new SafeFd(fd) : throw KernelError.Last("open the root filesystem", path, "open");
    }

    /// <summary>Opens a path in it; null with errno set.</summary>
    public SafeFd? TryOpen(string path)
    {
        var how = new Libc.open_how { flags = (ulong)(uint)(Libc.O_PATH | Libc.O_CLOEXEC), resolve = Libc.RESOLVE_IN_ROOT };
        int fd = Libc.openat2(_root.Number, path, how);
        return fd < 0 ? null : new SafeFd(fd);
    }

    /// <summary>The file type at a path (S_IFMT), or null.</summary>
    public uint? TypeOf(string path)
    {
        using SafeFd? file = TryOpen(path);
        Libc.statx_t stat;
        return file is not null && Libc.statx(file.Number, string.Empty, Libc.AT_EMPTY_PATH, Libc.STATX_TYPE, &stat) == 0 ? stat.stx_mode & Libc.S_IFMT : null;
    }

    /// <summary>The same path with links resolved, as far as it exists.</summary>
    public string Resolve(string path)
    {
        string own = Link(_root);
        for (string at = path, rest = string.Empty; at.Length > 1; rest = "/" + Path.GetFileName(at) + rest, at = Path.GetDirectoryName(at)!)
        {
            using SafeFd? file = TryOpen(at);
            if (file is not null && Link(file) is { } found && (own == "/" || found.StartsWith(own + "/", StringComparison.Ordinal)))
                return (own == "/" ? found : found[own.Length..]) + rest;
        }
        return path;
    }

    /// <summary>Makes a missing mount point: directories, and for the mount of a file a file at the end.</summary>
    public void MakeMountPoint(string path, bool directory)
    {
        if (TryOpen(path) is { } there)
        {
            there.Dispose();
            return;
        }
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        SafeFd at = TryOpen("/") ?? throw KernelError.Last("make the mount point", path, "openat2");
        try
        {
            string reached = string.Empty;
            for (int i = 0; i < parts.Length; i++)
            {
                reached += "/" + parts[i];
                if (i == parts.Length - 1 && !directory)
                {
                    MakeFile(at, parts[i], path);
                    return;
                }
                if (Libc.mkdirat(at.Number, parts[i], 0x1ED /* 0755 */) != 0 && Errno.Last != Errno.EEXIST)
                    throw KernelError.Last("make the mount point", path, "mkdirat");
                SafeFd next = TryOpen(reached) ?? throw KernelError.Last("make the mount point", path, "openat2");
                at.Dispose();
                at = next;
            }
        }
        finally
        {
            at.Dispose();
        }
    }

    private static void MakeFile(SafeFd directory, string name, string path)
    {
        int fd = Libc.openat(directory.Number, name, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL | Libc.O_CLOEXEC, 0x1ED /* 0755 */);
        if (fd < 0)
            throw KernelError.Last("make the mount point", path, "openat");
        _ = Libc.close(fd);
    }

    public void Dispose() => _root.Dispose();

    private static string Link(SafeFd fd) => Libc.readlink("/proc/self/fd/" + fd.Number.ToString(CultureInfo.InvariantCulture)) ?? string.Empty;
}
