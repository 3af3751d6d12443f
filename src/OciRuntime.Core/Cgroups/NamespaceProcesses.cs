using System.Globalization;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Cgroups;

/// <summary>The processes of a container without a cgroup.</summary>
internal static class NamespaceProcesses
{
    /// <summary>Init, its descendants and, if it has its own pid namespace, all processes in that; in order.</summary>
    /// <param name="init">Pid of the container's init.</param>
    /// <param name="privatePid">Init is the first process of its pid namespace; a joined namespace has processes of others.</param>
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

    // Null for processes that this one may not inspect (ptrace(2), access mode checking), and for ended ones.
    private static string? Namespace(int pid)
    {
        string link = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns/pid");
        if (Libc.readlink(link) is { } target)
            return target;
        return Errno.Last is Errno.ENOENT or Errno.ESRCH or Errno.EACCES or Errno.EPERM ? null : throw KernelError.Last("look at the process", link, "readlink");
    }

    private static SafeFd Open(string directory)
    {
        int fd = Libc.open(directory, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
        return fd >= 0 ? new SafeFd(fd) : throw KernelError.Last("list", directory, "open");
    }

    // Null for a process that has ended.
    private static int? Parent(int pid) => ProcessStat.TryRead(pid) is { IsDead: false } stat ? stat.Parent : null;
}
