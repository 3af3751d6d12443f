using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;

namespace OciRuntime.Core.Host;

/// <summary>Finds the cgroup hierarchies in mountinfo.</summary>
internal static class CgroupLayoutReader
{
    internal const string MountPoint = "/sys/fs/cgroup";

    /// <summary>The layout given by these mounts.</summary>
    /// <param name="mountinfo">Text of /proc/self/mountinfo.</param>
    /// <param name="fileRoot">Prefix of files that are read later, see <see cref="CgroupLayout.FileRoot"/>.</param>
    internal static CgroupLayout Parse(string mountinfo, string fileRoot)
    {
        var hierarchies = new List<CgroupHierarchy>();
        string? unified = null;
        string unifiedRoot = "/";
        foreach (MountInfo mount in MountInfo.In(mountinfo))
        {
            // Other mounts are a container's own view, or additional ones: this machine's cgroups are not managed there.
            if (mount.Type is not ("cgroup" or "cgroup2") || !IsManaged(mount.Point))
                continue;
            string root = MountInfo.Unescape(mount.Root);
            if (mount.Type is "cgroup2")
            {
                if (unified is null)
                    (unified, unifiedRoot) = (mount.Point.ToString(), root);
                continue;
            }

            string[] controllers = Controllers(mount.SuperOptions);
            if (controllers.Length > 0 && !hierarchies.Exists(h => h.Controllers[0] == controllers[0]))
                hierarchies.Add(new(mount.Point.ToString(), controllers) { Root = root });
        }

        if (unified is null && hierarchies.Count == 0)
        {
            throw new OciException(OciErrorCode.NotSupported, $"find the cgroup hierarchies: no filesystem of type cgroup or cgroup2 is mounted below {MountPoint}")
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

    // Super options: "rw,cpu,cpuacct" or "rw,xattr,name=systemd"; anything else is an option of the filesystem.
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
}
