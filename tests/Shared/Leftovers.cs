namespace OciRuntime.Tests.Shared;

/// <summary>Finds what containers left behind.</summary>
internal static class Leftovers
{
    /// <summary>Everything of containers whose ids start with a prefix; a scope of systemd has it behind its own.</summary>
    public static IReadOnlyList<string> Of(string prefix, string directory, string root)
    {
        var left = new List<string>();
        foreach (int pid in Pids())
        {
            // A zombie of another parent is for that parent to wait for: ocirun leaves a detached process to its adopter.
            if (Read($"/proc/{pid}/cgroup").Contains(prefix, StringComparison.Ordinal) && (!IsZombie(pid, out int parent) || parent == Environment.ProcessId))
                left.Add($"process {pid}: {Read($"/proc/{pid}/cmdline").Replace('\0', ' ')}");
        }
        left.AddRange(File.ReadLines("/proc/self/mountinfo").Where(line => line.Contains($" {directory}/", StringComparison.Ordinal)).Select(line => "mount " + line));
        var near = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 4, IgnoreInaccessible = true };
        left.AddRange(Directory.GetDirectories("/sys/fs/cgroup", "*" + prefix + "*", near).Select(path => "cgroup " + path));
        if (Directory.Exists(root))
            left.AddRange(Directory.GetFileSystemEntries(root, prefix + "*").Select(path => "state " + path));
        return left;
    }

    /// <summary>Children of this process that have ended and nobody waited for.</summary>
    public static IReadOnlyList<int> Zombies() => [.. Pids().Where(pid => IsZombie(pid, out int parent) && parent == Environment.ProcessId)];

    /// <summary>Children of this process that are a helper or a supervisor of containers, and those that nobody waited for.</summary>
    public static IReadOnlyList<int> Children() => [.. Pids().Where(static pid =>
        (IsZombie(pid, out int parent) || Read($"/proc/{pid}/stat").Contains("(oci-", StringComparison.Ordinal)) && parent == Environment.ProcessId)];

    /// <summary>What the open descriptors of this process point to, without the assemblies that the runtime loads when it first needs them.</summary>
    public static IReadOnlyList<string> Descriptors() => [.. Directory.GetFiles("/proc/self/fd")
        .Select(Target)
        .Where(target => target.Length > 0 && !target.EndsWith(".dll", StringComparison.Ordinal))];

    // Others of this process close theirs meanwhile.
    private static string Target(string descriptor)
    {
        try
        {
            return File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.FullName ?? string.Empty;
        }
        catch (IOException)
        {
            return string.Empty;
        }
    }

    // proc(5), /proc/pid/stat: the state and the parent follow the command in parentheses.
    private static bool IsZombie(int pid, out int parent)
    {
        string stat = Read($"/proc/{pid}/stat");
        string[] fields = stat.Length == 0 ? [] : stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        parent = fields.Length > 1 ? int.Parse(fields[1]) : 0;
        return fields is ["Z" or "X", ..];
    }

    private static IEnumerable<int> Pids() => Directory.GetDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), out int pid) ? pid : 0).Where(pid => pid > 0);

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return string.Empty;
        }
    }
}
