using OciRuntime.Tests.Shared;

namespace OciRuntime.Cli.Tests.Hosting;

/// <summary>A cgroup with a pids.max around the command, as the unit or pod of a caller has one.</summary>
internal static class PidsCgroup
{
    private static readonly string s_parent = File.Exists("/sys/fs/cgroup/cgroup.controllers") ? "/sys/fs/cgroup" : "/sys/fs/cgroup/pids";

    internal static Result Run(Bundle bundle, int most, string[] arguments)
    {
        string cgroup = Path.Combine(s_parent, bundle.Prefix + "pids-" + Guid.NewGuid().ToString("n")[..8]);
        if (s_parent == "/sys/fs/cgroup")
            File.WriteAllText(Path.Combine(s_parent, "cgroup.subtree_control"), "+pids");
        Directory.CreateDirectory(cgroup);
        try
        {
            File.WriteAllText(Path.Combine(cgroup, "pids.max"), $"{most}\n");
            return Ocirun.RunAs(
                "/bin/sh", bundle.Path, ["-c", "echo $$ > \"$0/cgroup.procs\"; exec \"$@\"", cgroup, Ocirun.Path, "--root", bundle.Root, .. arguments]);
        }
        finally
        {
            Directory.Delete(cgroup);
        }
    }
}
