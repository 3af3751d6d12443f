using System.Diagnostics;

namespace OciRuntime.Tests.Shared;

/// <summary>Takes from the machine what a failed test has left on it, without the runtime, which may be what has failed.</summary>
public static class LastResort
{
    /// <summary>Ends every process of the cgroups that have this in their names and of those below them, and removes them.</summary>
    public static void Clear(string name)
    {
        var near = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3, IgnoreInaccessible = true };
        var all = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true };
        string[] cgroups = [.. Directory.EnumerateDirectories("/sys/fs/cgroup", "*" + name + "*", near)
            .SelectMany(cgroup => Directory.EnumerateDirectories(cgroup, "*", all).Append(cgroup)).Distinct()];
        foreach (string cgroup in cgroups)
            Thaw(cgroup);
        foreach (int pid in cgroups.SelectMany(Processes).Distinct())
            End(pid);
        foreach (string cgroup in cgroups.OrderByDescending(static path => path.Length))
            SpinWait.SpinUntil(() => Remove(cgroup), TimeSpan.FromSeconds(5));
    }

    private static void Thaw(string cgroup)
    {
        foreach ((string file, string value) in (ValueTuple<string, string>[])[("freezer.state", "THAWED"), ("cgroup.freeze", "0")])
        {
            string path = Path.Combine(cgroup, file);
            if (File.Exists(path))
                File.WriteAllText(path, value);
        }
    }

    private static IEnumerable<int> Processes(string cgroup)
    {
        string file = Path.Combine(cgroup, "cgroup.procs");
        return File.Exists(file) ? File.ReadAllLines(file).Select(int.Parse) : [];
    }

    private static void End(int pid)
    {
        try
        {
            using Process process = Process.GetProcessById(pid);
            process.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It has ended.
        }
    }

    private static bool Remove(string cgroup)
    {
        try
        {
            Directory.Delete(cgroup);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (IOException)
        {
            Thread.Sleep(20);
            return false;
        }
    }
}
