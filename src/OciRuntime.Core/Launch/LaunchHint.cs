using OciRuntime.Core.Files;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning.Steps;

namespace OciRuntime.Core.Launch;

/// <summary>What can be done about a step that the kernel refused: errno alone rarely says.</summary>
internal static class LaunchHint
{
    // mount_setattr(2), the newest call that every container needs.
    private const string OldestKernel = "5.12";

    /// <summary>For EMFILE of a step: the process may have its own limit by then.</summary>
    public const string FewFiles = "RLIMIT_NOFILE is too small: the runtime's (ulimit -n), or that of process.rlimits";

    private static KernelFacts Kernel => new(string.Empty);

    /// <param name="step">The step that failed.</param>
    /// <param name="syscall">The call, in the kernel's words.</param>
    /// <param name="errno">Its errno.</param>
    /// <param name="text">The text that the helper sent along.</param>
    /// <param name="inUserNamespace">The launch enters a user namespace.</param>
    public static string? For(LaunchStep step, string syscall, int errno, string text, bool inUserNamespace) => (step.Name, errno) switch
    {
        ("attr_exec", _) => Label((AttrExecStep)step, errno),
        ("mount" or "setattr", Errno.EINVAL) when text.Contains("'context'", StringComparison.Ordinal) && !Kernel.SELinux =>
            "SELinux is not active on this host: leave linux.mountLabel, or the option context=, out",
        ("mount", Errno.EPERM) when NamespaceOf((MountStep)step) is { } kind && inUserNamespace =>
            $"a user namespace may mount {((MountStep)step).FilesystemType} only for {kind} that was made in it, and only where no outer container hides a part of it; give the container a new one, or bind the filesystem",
        ("mount", Errno.ENODEV) => "the kernel has no filesystem of this type",
        ("mount", Errno.EBUSY) or ("mount", Errno.EINVAL) when syscall != "move_mount" => "the filesystem refused an option; the kernel log may say which",
        ("setattr", Errno.EINVAL) => "nothing is mounted there, or its filesystem refused a parameter",
        ("root_propagation", Errno.EINVAL) =>
            "the root directory is that of a chroot(2) and not a mount point: bind it on itself first (mount --bind DIR DIR, then chroot DIR)",
        ("scheduler", _) => SchedulerRefusal.Explain((SchedulerStep)step, errno),
        ("bind", Errno.EPERM) when syscall == "mount_setattr" && text.Contains("mapped", StringComparison.Ordinal) =>
            "this takes CAP_SYS_ADMIN in the user namespace that the filesystem was mounted in, which a rootless runtime lacks",
        ("bind", Errno.EINVAL) when syscall == "mount_setattr" && text.Contains("mapped", StringComparison.Ordinal) =>
            "the filesystem does not support id-mapped mounts, or is id-mapped already",
        ("bind" or "setattr", Errno.EPERM) when syscall == "mount_setattr" => "leave the option out: a user namespace can't clear an attribute of the host's mount",
        ("unmount", Errno.EINVAL) when syscall == "umount2" => "it came with the container's namespaces, and their user may not unmount it",
        ("bind", Errno.ENOENT) => "the source of a bind mount must exist on the host",
        ("oom_score", Errno.EACCES or Errno.EPERM) =>
            $"a value below that of the runtime, {TextFile.TryReadForMessage("/proc/self/oom_score_adj") ?? "its own"}, takes CAP_SYS_RESOURCE",
        ("rlimit", Errno.EPERM) => "a hard limit above that of the runtime takes CAP_SYS_RESOURCE, and RLIMIT_NOFILE can't exceed /proc/sys/fs/nr_open",
        ("ioprio", Errno.EPERM) => "IOPRIO_CLASS_RT takes CAP_SYS_ADMIN or CAP_SYS_NICE",
        ("mempolicy", Errno.EINVAL) =>
            $"a node has no memory here or is not in the cpuset (this machine has {TextFile.TryReadForMessage("/sys/devices/system/node/has_memory") ?? "no NUMA"}), or a flag does not go with the mode",
        (_, Errno.ENOSYS) => $"containers need Linux {OldestKernel} or newer; on such a kernel, the seccomp profile of an outer container may hide {syscall}",
        (_, Errno.ENOSPC) => "a filesystem is full, or a namespace limit in /proc/sys/user is reached",
        // AppArmor sees files of a detached mount without their /proc prefix.
        (_, Errno.EACCES or Errno.EPERM) when text.StartsWith("/proc", StringComparison.Ordinal) =>
            "the runtime lacks a capability, or an LSM profile of the host refuses files of a /proc that is mounted nowhere",
        (_, Errno.EPERM) => "the runtime lacks a capability, or the parent container's limits forbid it",
        (_, Errno.EMFILE) => FewFiles,
        _ => LimitHint.For(syscall, errno),
    };

    // user_namespaces(7): mounting it takes CAP_SYS_ADMIN in the user namespace that owns this namespace.
    private static string? NamespaceOf(MountStep step) => step.FilesystemType switch
    {
        "proc" => "a pid namespace",
        "sysfs" => "a network namespace",
        "mqueue" => "an ipc namespace",
        "cgroup2" => "a cgroup namespace",
        _ => null,
    };

    private static string? Label(AttrExecStep step, int errno) => step.Attribute.Contains("apparmor", StringComparison.Ordinal)
        ? !Kernel.AppArmor ? "AppArmor is not active on this host: leave process.apparmorProfile out, or boot with apparmor=1 security=apparmor"
            : errno == Errno.ENOENT ? "no such profile is loaded (aa-status shows the loaded ones, apparmor_parser loads one)" : null
        : !Kernel.SELinux ? "SELinux is not active on this host: leave process.selinuxLabel out"
            : errno == Errno.EINVAL ? "the policy does not know this context" : null;
}
