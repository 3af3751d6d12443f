using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.State;

/// <summary>
/// Opens the state root component by component, each below the descriptor of the one before, so that the checked directory is the one in use:
/// another user who can write to a directory above it could put another root in its place, and their link could lead to one.
/// </summary>
internal static unsafe class TrustedPath
{
    private const string Opening = "open the state root";
    private const int MostLinks = 40; // as in the kernel (path_resolution(7))
    private const int PathMax = 4096;

    /// <summary>The directory, or null when it, or one above it, does not exist.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="create">Make missing directories, mode 0711.</param>
    /// <exception cref="OciException">Untrusted; or the kernel's error.</exception>
    public static SafeFd? Open(string path, bool create)
    {
        var names = new Stack<string>();
        Push(names, path);
        SafeFd at = Slash(path);
        try
        {
            Libc.statx_t slash = Trust.Stat(at.Number, "/");
            Libc.statx_t stat = slash;
            string shown = "/";
            for (int links = 0; names.TryPop(out string? name);)
            {
                Check(Trust.ProblemOnTheWay(stat, slash), path, shown);
                if (OpenPart(at.Number, name, path, create) is not { } part)
                    return null;
                using (part)
                {
                    string partShown = shown == "/" ? "/" + name : shown + "/" + name;
                    Libc.statx_t partStat = Trust.Stat(part.Number, partShown);
                    if ((partStat.stx_mode & Libc.S_IFMT) != Libc.S_IFLNK)
                    {
                        at.Dispose();
                        at = new SafeFd(part.Detach());
                        (stat, shown) = (partStat, partShown);
                        continue;
                    }
                    Check(Trust.ProblemOnTheWay(partStat, slash), path, partShown);
                    if (++links > MostLinks)
                        throw KernelError.From(Opening, path, "openat", Errno.ELOOP);
                    string target = Target(part.Number, partShown);
                    Push(names, target);
                    if (target.StartsWith('/'))
                    {
                        at.Dispose();
                        at = Slash(path);
                        (stat, shown) = (slash, "/");
                    }
                }
            }
            if ((stat.stx_mode & Libc.S_IFMT) != Libc.S_IFDIR)
                throw KernelError.From(Opening, path, "openat", Errno.ENOTDIR);
            Check(Trust.ProblemOf(stat, Libc.S_IFDIR), path, shown);
            return new SafeFd(at.Detach());
        }
        finally
        {
            at.Dispose();
        }
    }

    private static void Push(Stack<string> names, string path)
    {
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int i = parts.Length - 1; i >= 0; i--)
        {
            if (parts[i] != ".")
                names.Push(parts[i]);
        }
    }

    private static SafeFd Slash(string path)
    {
        int fd = Libc.open("/", Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
        return fd >= 0 ? new SafeFd(fd) : throw KernelError.Last(Opening, path, "open");
    }

    // O_NOFOLLOW with O_PATH opens a link itself.
    private static SafeFd? OpenPart(int directory, string name, string path, bool create)
    {
        while (true)
        {
            int fd = Libc.openat(directory, name, Libc.O_PATH | Libc.O_NOFOLLOW | Libc.O_CLOEXEC, 0);
            if (fd >= 0)
                return new SafeFd(fd);
            if (Errno.Last != Errno.ENOENT)
                throw KernelError.Last(Opening, path, "openat");
            if (!create)
                return null;
            if (Libc.mkdirat(directory, name, 0x1C9 /* 0711 */) != 0 && Errno.Last != Errno.EEXIST)
                throw KernelError.Last("make the state root", path, "mkdirat");
        }
    }

    private static string Target(int link, string shown)
    {
        byte* buffer = stackalloc byte[PathMax];
        nint length = Libc.readlinkat(link, string.Empty, buffer, PathMax);
        return length >= 0 ? Encoding.UTF8.GetString(buffer, (int)length) : throw KernelError.Last("read the link", shown, "readlinkat");
    }

    private static void Check(string? problem, string root, string where)
    {
        if (problem is null)
            return;
        throw new OciException(OciErrorCode.Untrusted, $"the state root {root} is not trusted: {(where == root ? "it" : where)} {problem}")
        {
            Object = where,
            Hint = "a state decides what is signalled, removed and run: use a directory that only you can write to, below directories that only you or root can",
            Refusal = Refusal.UntrustedRoot,
        };
    }
}
