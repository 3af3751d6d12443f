using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Host;

/// <summary>Finds the cgroup hierarchies in mountinfo (proc_pid_mountinfo(5)).</summary>
internal static class CgroupLayoutReader
{
    internal const string MountPoint = "/sys/fs/cgroup";

    /// <summary>The layout that these mounts make.</summary>
    /// <param name="mountinfo">Text of /proc/self/mountinfo.</param>
    /// <param name="fileRoot">Where what is read later is found, see <see cref="CgroupLayout.FileRoot"/>.</param>
    internal static CgroupLayout Parse(string mountinfo, string fileRoot)
    {
        var hierarchies = new List<CgroupHierarchy>();
        string? unified = null;
        string unifiedRoot = "/";
        foreach (ReadOnlySpan<char> line in mountinfo.AsSpan().EnumerateLines())
        {
            int dash = line.IndexOf(" - cgroup");
            if (dash < 0)
                continue;
            ReadOnlySpan<char> mountPoint = Field(line, 4);
            if (!IsManaged(mountPoint))
                continue; // a container's own view, or a second mount: not where this machine's cgroups are managed
            string root = Field(line, 3).ToString();
            ReadOnlySpan<char> tail = line[(dash + 3)..];
            if (Field(tail, 0) is "cgroup2")
            {
                if (unified is null)
                    (unified, unifiedRoot) = (mountPoint.ToString(), root);
                continue;
            }

            string[] controllers = Controllers(Field(tail, 2));
            if (controllers.Length > 0 && !hierarchies.Exists(h => h.Controllers[0] == controllers[0]))
                hierarchies.Add(new(mountPoint.ToString(), controllers) { Root = root });
        }

        if (unified is null && hierarchies.Count == 0)
        {
            throw new OciException(OciErrorCode.NotSupported, $"find the cgroup hierarchies: nothing of type cgroup or cgroup2 is mounted below {MountPoint}")
            {
                Step = "cgroup",
                Object = MountPoint,
                Hint = $"mount -t cgroup2 cgroup2 {MountPoint}",
            };
        }

        return new()
        {
            Mode = hierarchies.Count == 0 ? CgroupMode.Unified : unified is null ? CgroupMode.Legacy : CgroupMode.Hybrid,
            Hierarchies = hierarchies,
            UnifiedMountPoint = unified,
            UnifiedRoot = unifiedRoot,
            FileRoot = fileRoot,
        };
    }

    private static bool IsManaged(ReadOnlySpan<char> mountPoint) =>
        mountPoint.StartsWith(MountPoint) && (mountPoint.Length == MountPoint.Length || mountPoint[MountPoint.Length] == '/') && !mountPoint.Contains('\\');

    // Super options: "rw,cpu,cpuacct" or "rw,xattr,name=systemd"; what is no controller is an option of the filesystem.
    private static string[] Controllers(ReadOnlySpan<char> options)
    {
        var found = new List<string>(2);
        foreach (Range range in options.Split(','))
        {
            ReadOnlySpan<char> option = options[range];
            if (option is "cpu" or "cpuacct" or "cpuset" or "memory" or "devices" or "freezer" or "blkio" or "pids" or "net_cls" or "net_prio"
                or "hugetlb" or "perf_event" or "rdma" or "misc" || option.StartsWith("name="))
            {
                found.Add(option.ToString());
            }
        }

        return [.. found];
    }

    private static ReadOnlySpan<char> Field(ReadOnlySpan<char> line, int index)
    {
        foreach (Range range in line.Split(' '))
        {
            if (index-- == 0)
                return line[range];
        }

        return default;
    }
}
