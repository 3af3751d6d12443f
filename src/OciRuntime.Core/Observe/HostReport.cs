using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Observe;

/// <summary>What this machine has for containers, and what it lacks.</summary>
internal static class HostReport
{
    private static readonly Version Oldest = new(5, 12);

    // Settings that can forbid user namespaces to everyone but root: the file, the value that forbids, the setting that allows.
    private static readonly (string File, string Forbids, string Setting)[] UserNamespaceSettings =
    [
        ("/proc/sys/user/max_user_namespaces", "0", "sysctl user.max_user_namespaces=15000"),
        ("/proc/sys/kernel/unprivileged_userns_clone", "0", "sysctl kernel.unprivileged_userns_clone=1"),
        ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1", "a profile for AppArmor that allows userns, or sysctl kernel.apparmor_restrict_unprivileged_userns=0"),
    ];

    private static readonly (string Controller, string What, string Option)[] Controllers =
    [
        ("cpu", "shares and quota", "CONFIG_CGROUP_SCHED"), ("cpuset", "choice of CPUs", "CONFIG_CPUSETS"),
        ("memory", "limits of memory, notices of OOM", "CONFIG_MEMCG; Raspberry Pi OS needs cgroup_enable=memory on the kernel's command line"),
        ("pids", "limit of processes", "CONFIG_CGROUP_PIDS"), ("hugetlb", "limits of huge pages", "CONFIG_CGROUP_HUGETLB"), ("rdma", "limits of RDMA devices", "CONFIG_CGROUP_RDMA"),
    ];

    private static readonly (string Program, string What, string Package)[] Programs =
    [
        ("newuidmap", "rootless containers with more than one user", "uidmap"), ("newgidmap", "rootless containers with more than one group", "uidmap"), ("criu", "checkpoint and restore", "criu"),
    ];

    /// <summary>Reads the report.</summary>
    /// <returns>In the order in which they are shown.</returns>
    public static List<HostItem> Read()
    {
        var kernel = new KernelFacts(string.Empty);
        var items = new List<HostItem>
        {
            new("kernel", kernel.Version >= Oldest, "Linux " + kernel.Release, $"containers need Linux {Oldest} or newer", Required: true),
            Cgroups(),
        };
        foreach ((string controller, string what, string option) in Controllers)
            items.Add(new("cgroup controller " + controller, kernel.HasCgroupController(controller), what, option));
        foreach (NamespaceKind kind in NamespaceKind.All)
            items.Add(new("namespace " + kind.File, kernel.HasNamespace(kind.File), kind.Separates, kind.Option, SpecDefaults.Namespaces.Contains(kind.Type)));
        items.Add(UnprivilegedUserNamespaces(kernel));
        items.Add(new("seccomp", kernel.SeccompActions.Count > 0, "filters of system calls", "CONFIG_SECCOMP_FILTER"));
        items.Add(new("seccomp user_notif", kernel.SeccompActions.Contains("user_notif"), "system calls that an agent answers (listenerPath)", "Linux 5.0 or newer"));
        items.Add(new("AppArmor", kernel.AppArmor, "process.apparmorProfile", "the module apparmor in lsm= on the kernel's command line"));
        items.Add(new("SELinux", kernel.SELinux, "process.selinuxLabel, linux.mountLabel", "the module selinux in lsm= on the kernel's command line"));
        items.Add(new("overlay", kernel.HasFilesystem("overlay"), "layered root filesystems of engines", "modprobe overlay"));
        items.Add(new("resctrl", kernel.HasFilesystem("resctrl"), "linux.intelRdt", "a processor with RDT, and CONFIG_X86_CPU_RESCTRL"));
        items.Add(new("pressure stall information", Inode.Exists("/proc/pressure/cpu"), "pressure in statistics", "psi=1 on the kernel's command line"));
        items.Add(new("systemd", Inode.IsDirectory("/run/systemd/system"), "cgroups managed by systemd", "systemd as the first process"));
        foreach ((string program, string what, string package) in Programs)
            items.Add(new(program, IsOnPath(program), what, "the package " + package));
        return items;
    }

    private static HostItem UnprivilegedUserNamespaces(KernelFacts kernel)
    {
        string[] wanted = [.. UserNamespaceSettings.Where(static it => TextFile.TryReadOnce(it.File)?.Trim() == it.Forbids).Select(static it => it.Setting)];
        bool known = kernel.HasNamespace("user");
        return new("unprivileged user namespaces", known && wanted.Length == 0, "containers of users other than root", known ? string.Join("; ", wanted) : "CONFIG_USER_NS");
    }

    private static HostItem Cgroups()
    {
        try
        {
            CgroupMode mode = HostFacts.Read().Cgroups.Mode;
            return new("cgroups", true, mode switch { CgroupMode.Unified => "v2", CgroupMode.Hybrid => "v1 and v2 (hybrid)", _ => "v1" }, Required: true);
        }
        catch (OciException e)
        {
            return new("cgroups", false, "limits, freezing, statistics", e.Message, Required: true);
        }
    }

    private static bool IsOnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(':', StringSplitOptions.RemoveEmptyEntries).Any(directory => Inode.Exists(Path.Join(directory, program)));
}
