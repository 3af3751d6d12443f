using System.Globalization;
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

    /// <summary>The directory, or null when there is none yet.</summary>
    public SafeFd? TryOpen()
    {
        int fd = Libc.open(Path, Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
        if (fd >= 0)
            return new SafeFd(fd);
        return Errno.Last == Errno.ENOENT ? null : throw KernelError.Last("open the state root", Path, "open");
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

    private static void Make(string path)
    {
        string? parent = System.IO.Path.GetDirectoryName(path);
        if (parent is { Length: > 1 } && Libc.faccessat(Libc.AT_FDCWD, parent, Libc.F_OK, 0) != 0)
            Make(parent);
        if (Libc.mkdirat(Libc.AT_FDCWD, path, 0x1C9 /* 0711 */) != 0 && Errno.Last != Errno.EEXIST)
            throw KernelError.Last("make the state root", path, "mkdirat");
    }
}
