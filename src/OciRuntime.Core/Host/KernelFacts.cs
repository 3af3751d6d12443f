using System.Globalization;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Host;

/// <summary>What the running kernel offers. Each fact is read on first use; a launch needs few of them.</summary>
internal sealed class KernelFacts
{
    private readonly string _root;
    private int? _lastCapability;
    private bool? _appArmor;
    private bool? _selinux;

    /// <param name="root">Empty, or the directory that stands for "/" in tests.</param>
    internal KernelFacts(string root) => _root = root;

    /// <summary>Release as in uname(2), for example <c>6.12.48+deb13-amd64</c>; empty where /proc is not mounted.</summary>
    public string Release => field ??= Read("/proc/sys/kernel/osrelease");

    /// <summary>The numbers at the start of <see cref="Release"/>; 0.0 when there are none.</summary>
    public Version Version => field ??= ParseVersion(Release);

    /// <summary>Name of the runtime's own uts namespace (uts_namespaces(7)).</summary>
    public string HostName => field ??= Read("/proc/sys/kernel/hostname");

    /// <summary>Its NIS domain name; <c>(none)</c> when there is none.</summary>
    public string DomainName => field ??= Read("/proc/sys/kernel/domainname");

    /// <summary>Number of the kernel's last capability (capabilities(7)); 40, CAP_CHECKPOINT_RESTORE, when it can't be read.</summary>
    public int LastCapability => _lastCapability ??= int.TryParse(Read("/proc/sys/kernel/cap_last_cap"), NumberStyles.None, CultureInfo.InvariantCulture, out int last) ? last : 40;

    /// <summary>Active security modules in their order ("lockdown", "capability", "apparmor"); empty when securityfs is not mounted.</summary>
    public IReadOnlyList<string> SecurityModules => field ??= Read("/sys/kernel/security/lsm").Split(',', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>AppArmor is active: a profile can be applied.</summary>
    public bool AppArmor => _appArmor ??= Read("/sys/module/apparmor/parameters/enabled") == "Y";

    /// <summary>SELinux is active: a label can be applied. selinuxfs is mounted whenever it is.</summary>
    public bool SELinux => _selinux ??= TextFile.TryReadOnce(_root + "/sys/fs/selinux/enforce") is not null;

    /// <summary>True when the kernel has filesystems of this type, mounted or not (proc_filesystems(5)), or when that can't be seen.</summary>
    /// <param name="type">A type such as <c>resctrl</c>.</param>
    public bool HasFilesystem(string type) =>
        TextFile.TryRead(_root + "/proc/filesystems") is not { } known || known.Contains("\t" + type + "\n", StringComparison.Ordinal);

    /// <summary>True when sysfs is readable: without it nothing is known about security modules.</summary>
    public bool HasSysfs => Inode.IsDirectory(_root + "/sys/module");

    /// <summary>Actions that seccomp filters can return ("kill_process", "errno", "user_notif"); empty when there is no seccomp.</summary>
    public IReadOnlyList<string> SeccompActions => field ??= CgroupLayout.Words(TextFile.TryReadOnce(_root + "/proc/sys/kernel/seccomp/actions_avail"));

    /// <summary>True when the kernel has namespaces of this kind (namespaces(7)), or when that can't be seen.</summary>
    /// <param name="kind">Its name in /proc/PID/ns: <c>mnt</c>, <c>net</c>, <c>time</c>.</param>
    public bool HasNamespace(string kind) => !Inode.IsDirectory(_root + "/proc/self/ns") || Inode.Exists(_root + "/proc/self/ns/" + kind);

    /// <summary>True when a controller is built in and not disabled, whatever hierarchy it is or could be on (cgroups(7)).</summary>
    /// <param name="controller">A name such as <c>rdma</c>.</param>
    public bool HasCgroupController(string controller)
    {
        foreach (string mountPoint in new[] { CgroupLayoutReader.MountPoint, CgroupLayoutReader.MountPoint + "/unified" })
        {
            if (Array.IndexOf(CgroupLayout.Words(TextFile.TryReadOnce(_root + mountPoint + "/cgroup.controllers")), controller) >= 0)
                return true;
        }

        // Name, hierarchy, cgroups, enabled.
        foreach (string line in (TextFile.TryRead(_root + "/proc/cgroups") ?? string.Empty).Split('\n'))
        {
            if (line.Split('\t') is [string name, _, _, "1"] && name == controller)
                return true;
        }

        return false;
    }

    /// <summary>True when seccomp(2) knows a flag: only then does it go on to read the filter, which fails because there is none.</summary>
    /// <param name="flags">SECCOMP_FILTER_FLAG_*.</param>
    public static unsafe bool HasSeccompFlag(uint flags) => Libc.seccomp(Libc.SECCOMP_SET_MODE_FILTER, flags, null) < 0 && Errno.Last == Errno.EFAULT;

    private static Version ParseVersion(string release)
    {
        int end = release.AsSpan().IndexOfAnyExceptInRange('.', '9');
        return Version.TryParse(release.AsSpan(0, end < 0 ? release.Length : end).TrimEnd('.'), out Version? version) ? version : new Version(0, 0);
    }

    private string Read(string path) => TextFile.TryReadOnce(_root + path)?.TrimEnd() ?? string.Empty;
}
