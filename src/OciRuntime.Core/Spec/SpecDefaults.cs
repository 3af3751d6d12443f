using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Spec;

/// <summary>The configuration that <c>runc spec</c> writes (runc 1.5).</summary>
internal static class SpecDefaults
{
    /// <summary>Types of the namespaces that a configuration for root creates, apart from the cgroup namespace.</summary>
    internal static readonly string[] Namespaces = ["pid", "network", "ipc", "uts", "mount"];

    /// <summary>Makes a new default configuration; the caller may change it.</summary>
    /// <param name="rootless">
    /// For an unprivileged user: a user namespace that maps root to the effective ids, the host's network, /sys as a bind
    /// mount, no resources.
    /// </param>
    /// <returns>The configuration. It has a cgroup namespace when /sys/fs/cgroup is cgroup v2.</returns>
    public static OciSpec Create(bool rootless = false)
    {
        var spec = new OciSpec
        {
            OciVersion = SpecVersion.Current,
            Root = new OciRoot { Path = "rootfs", Readonly = true },
            Process = Process(),
            Hostname = "runc",
            Mounts = Mounts(),
            Linux = Linux(),
        };
        if (IsUnifiedCgroup())
            spec.Linux.Namespaces!.Add(new OciNamespace { Type = "cgroup" });
        if (rootless)
            MakeRootless(spec);
        return spec;
    }

    private static OciProcess Process() => new()
    {
        Terminal = true,
        User = new OciUser(),
        Args = ["sh"],
        Env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
        Cwd = "/",
        NoNewPrivileges = true,
        // Neither inheritable (CVE-2022-29162) nor ambient.
        Capabilities = new OciCapabilities
        {
            Bounding = ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"],
            Effective = ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"],
            Permitted = ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"],
        },
        Rlimits = [new OciRlimit { Type = "RLIMIT_NOFILE", Hard = 1024, Soft = 1024 }],
    };

    private static List<OciMount> Mounts() =>
    [
        Mount("/proc", "proc", "proc", null),
        Mount("/dev", "tmpfs", "tmpfs", ["nosuid", "strictatime", "mode=755", "size=65536k"]),
        Mount("/dev/pts", "devpts", "devpts", ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]),
        Mount("/dev/shm", "tmpfs", "shm", ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"]),
        Mount("/dev/mqueue", "mqueue", "mqueue", ["nosuid", "noexec", "nodev"]),
        Mount("/sys", "sysfs", "sysfs", ["nosuid", "noexec", "nodev", "ro"]),
        Mount("/sys/fs/cgroup", "cgroup", "cgroup", ["nosuid", "noexec", "nodev", "relatime", "ro"]),
    ];

    private static OciLinux Linux() => new()
    {
        Resources = new OciResources { Devices = [new OciDeviceRule { Allow = false, Access = "rwm" }] },
        Namespaces = [.. Namespaces.Select(static type => new OciNamespace { Type = type })],
        MaskedPaths =
        [
            "/proc/acpi",
            "/proc/asound",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/proc/sched_debug",
            "/sys/firmware",
            "/proc/scsi",
        ],
        ReadonlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
    };

    private static void MakeRootless(OciSpec spec)
    {
        OciLinux linux = spec.Linux!;
        linux.Namespaces!.RemoveAll(n => n.Type is "network" or "user");
        linux.Namespaces.Add(new OciNamespace { Type = "user" });
        linux.UidMappings = [new OciIdMapping { ContainerID = 0, HostID = Libc.geteuid(), Size = 1 }];
        linux.GidMappings = [new OciIdMapping { ContainerID = 0, HostID = Libc.getegid(), Size = 1 }];
        linux.Resources = null;
        foreach (OciMount mount in spec.Mounts!)
        {
            if (mount.Destination == "/sys")
            {
                // Only the owner of the network namespace may mount sysfs.
                mount.Source = "/sys";
                mount.Type = "none";
                mount.Options = ["rbind", "nosuid", "noexec", "nodev", "ro"];
            }
            else
            {
                mount.Options?.RemoveAll(o => o.StartsWith("gid=", StringComparison.Ordinal) || o.StartsWith("uid=", StringComparison.Ordinal));
            }
        }
    }

    private static OciMount Mount(string destination, string type, string source, List<string>? options) =>
        new() { Destination = destination, Type = type, Source = source, Options = options };

    // On cgroup v1 a tmpfs is mounted there, which has no such file.
    private static bool IsUnifiedCgroup() => Inode.Exists("/sys/fs/cgroup/cgroup.controllers");
}
