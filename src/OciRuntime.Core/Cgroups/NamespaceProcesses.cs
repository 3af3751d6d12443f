using System.Globalization;
using System.Text;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Cgroups;

/// <summary>The processes of a container that has no cgroup to ask.</summary>
internal static class NamespaceProcesses
{
    /// <summary>Init, all that descend from it and, of a pid namespace that is its own, everybody there; in order.</summary>
    /// <param name="init">Pid of the container's init.</param>
    /// <param name="privatePid">Init is the first process of its pid namespace: one that was joined has processes of others.</param>
    internal static List<int> Of(int init, bool privatePid)
    {
        string? space = privatePid ? Namespace(init) : null;
        var parents = new Dictionary<int, int>();
        var found = new SortedSet<int> { init };
        using SafeFd proc = Open("/proc");
        foreach (DirectoryEntry entry in DirectoryEntry.ReadAll(proc.Number, "/proc"))
        {
            if (!int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int pid))
                continue;
            if (Parent(pid) is not { } parent)
                continue;
            parents[pid] = parent;
            if (space is not null && Namespace(pid) == space)
                found.Add(pid);
        }

        for (int before = 0; before < found.Count;)
        {
            before = found.Count;
            found.UnionWith(parents.Where(pair => found.Contains(pair.Value)).Select(static pair => pair.Key).ToArray());
        }

        return [.. found];
    }

    // Null for processes of others, who may not be asked (ptrace(2), access mode checking).
    private static unsafe string? Namespace(int pid)
    {
        const int Most = 64; // pid:[4026531836]
        string link = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns/pid");
        byte* target = stackalloc byte[Most];
        nint length = Libc.readlinkat(Libc.AT_FDCWD, link, target, Most);
        if (length >= 0)
            return Encoding.UTF8.GetString(target, (int)length);
        return Errno.Last is Errno.ENOENT or Errno.ESRCH or Errno.EACCES or Errno.EPERM ? null : throw KernelError.Last("look at the process", link, "readlinkat");
    }

    private static SafeFd Open(string directory)
    {
        int fd = Libc.open(directory, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
        return fd >= 0 ? new SafeFd(fd) : throw KernelError.Last("list", directory, "open");
    }

    // Null for one that has ended (state Z or X). proc_pid_stat(5): the name, in parentheses, may hold anything.
    private static int? Parent(int pid)
    {
        string? stat = TextFile.TryReadOnce(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
        string[] fields = stat is null ? [] : stat[(stat.LastIndexOf(')') + 1)..].Split(' ', 4);
        return fields.Length == 4 && fields[1] is not ("Z" or "X") && int.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out int parent) ? parent : null;
    }
}
