using System.Globalization;
using System.Runtime.CompilerServices;

namespace OciRuntime.Tests.Shared;

/// <summary>
/// A cgroup of their own for the tests of an assembly, in each hierarchy: a container without cgroupsPath lives below the cgroup of whoever makes
/// it, and must not be the machine's, or count against a limit of who runs the tests.
/// </summary>
internal static class OwnCgroup
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly List<(string Cgroup, string Former)> s_joined = [];

#pragma warning disable CA2255 // an assembly of tests is a program
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Enter()
    {
        if (!Environment.IsPrivilegedProcess)
            return;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Leave();
        foreach ((string mountPoint, string former) in Hierarchies())
        {
            bool unified = mountPoint == "/sys/fs/cgroup";
            // On v2 processes are in leaves: what they make is beside their own.
            string cgroup = $"{mountPoint}/oci-tests/own-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}{(unified ? "/runner" : "")}";
            // A program of two assemblies of tests is there already.
            if (cgroup == former)
                continue;
            try
            {
                Make(cgroup);
                Move(cgroup);
                s_joined.Add((cgroup, former));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A hierarchy that is not ours to change: containers of the tests have none there either.
            }
        }
    }

    private static void Leave()
    {
        long end = Environment.TickCount64 + (long)Patience.TotalMilliseconds; // for all hierarchies: the same processes are in each
        foreach ((string cgroup, string former) in s_joined)
        {
            Move(former);
            for (string? directory = cgroup; directory is not null && Path.GetFileName(directory) != "cgroup" && directory.Contains("/oci-tests", StringComparison.Ordinal); directory = Path.GetDirectoryName(directory))
            {
                // Others have cgroups in those above; in its own there may be a leash or a supervisor that has nothing to do any more and ends.
                if (!TryRemove(directory, directory == cgroup ? end : 0))
                    break;
            }
        }
    }

    private static bool TryRemove(string directory, long end)
    {
        for (; ; Thread.Sleep(20))
        {
            try
            {
                Directory.Delete(directory);
                return true;
            }
            catch (IOException) when (Environment.TickCount64 < end)
            {
                // Once more.
            }
            catch (IOException)
            {
                return false;
            }
        }
    }

    // Mount point, and the cgroup of this process there.
    private static IEnumerable<(string MountPoint, string Own)> Hierarchies()
    {
        string[][] own = [.. File.ReadLines("/proc/self/cgroup").Select(line => line.Split(':', 3))];
        foreach (string line in File.ReadLines("/proc/self/mountinfo"))
        {
            string[] fields = line.Split(' ');
            string[] tail = fields[(Array.IndexOf(fields, "-") + 1)..];
            if (tail[0] is not ("cgroup" or "cgroup2") || fields[3] != "/" || !(fields[4] + "/").StartsWith("/sys/fs/cgroup/", StringComparison.Ordinal))
                continue;
            string[] options = tail[2].Split(',');
            if (Array.Find(own, one => tail[0] == "cgroup2" ? one[1].Length == 0 : one[1].Length > 0 && one[1].Split(',').All(options.Contains)) is { } mine)
                yield return (fields[4], fields[4] + mine[2].TrimEnd('/'));
        }
    }

    private static void Make(string cgroup)
    {
        string parent = Path.GetDirectoryName(cgroup)!;
        if (!Directory.Exists(parent))
            Make(parent);
        Directory.CreateDirectory(cgroup);
        // A new cgroup of cpuset has neither CPUs nor memory nodes: nothing can run there.
        foreach (string file in (string[])["cpuset.cpus", "cpuset.mems"])
        {
            if (File.Exists($"{parent}/tasks") && File.Exists($"{cgroup}/{file}") && File.ReadAllText($"{cgroup}/{file}").Trim().Length == 0)
                File.WriteAllText($"{cgroup}/{file}", File.ReadAllText($"{parent}/{file}"));
        }
    }

    private static void Move(string cgroup) => File.WriteAllText(cgroup + "/cgroup.procs", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
}
