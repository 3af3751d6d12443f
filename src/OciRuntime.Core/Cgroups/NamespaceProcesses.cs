using System.Globalization;
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
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out int pid))
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
    private static string? Namespace(int pid)
    {
        try
        {
            return new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/ns/pid")).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Null for one that has ended (state Z or X). proc_pid_stat(5): the name, in parentheses, may hold anything.
    private static int? Parent(int pid)
    {
        string? stat = TextFile.TryReadOnce(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
        string[] fields = stat is null ? [] : stat[(stat.LastIndexOf(')') + 1)..].Split(' ', 4);
        return fields.Length == 4 && fields[1] is not ("Z" or "X") && int.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out int parent) ? parent : null;
    }
}
