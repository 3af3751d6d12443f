namespace OciRuntime.Core.Interop;

/// <summary>A kind of namespace (namespaces(7)) in the words of clone(2), of the runtime-spec, of /proc/PID/ns and of the kernel's configuration.</summary>
internal sealed class NamespaceKind
{
    private NamespaceKind(CloneBits flag, string type, string file, string option, string separates) =>
        (Flag, Type, File, Option, Separates) = (flag, type, file, option, separates);

    /// <summary>All kinds, in the order in which messages list them.</summary>
    public static readonly NamespaceKind[] All =
    [
        new(CloneBits.CLONE_NEWPID, "pid", "pid", "CONFIG_PID_NS", "process ids"),
        new(CloneBits.CLONE_NEWNET, "network", "net", "CONFIG_NET_NS", "network devices, addresses, ports"),
        new(CloneBits.CLONE_NEWNS, "mount", "mnt", "CONFIG_NAMESPACES", "mount points"),
        new(CloneBits.CLONE_NEWIPC, "ipc", "ipc", "CONFIG_IPC_NS", "System V IPC and POSIX message queues"),
        new(CloneBits.CLONE_NEWUTS, "uts", "uts", "CONFIG_UTS_NS", "host name and NIS domain name"),
        new(CloneBits.CLONE_NEWUSER, "user", "user", "CONFIG_USER_NS", "user and group ids"),
        new(CloneBits.CLONE_NEWCGROUP, "cgroup", "cgroup", "CONFIG_CGROUPS", "the cgroup root"),
        new(CloneBits.CLONE_NEWTIME, "time", "time", "CONFIG_TIME_NS", "boot and monotonic clocks"),
    ];

    /// <summary>linux.namespaces[].type of each.</summary>
    public static readonly string[] Types = Array.ConvertAll(All, static kind => kind.Type);

    /// <summary>The flag for clone(2), setns(2) and unshare(2).</summary>
    public CloneBits Flag { get; }

    /// <summary>linux.namespaces[].type.</summary>
    public string Type { get; }

    /// <summary>The name of its file in /proc/PID/ns.</summary>
    public string File { get; }

    /// <summary>The kernel option that it needs.</summary>
    public string Option { get; }

    /// <summary>What it isolates.</summary>
    public string Separates { get; }

    /// <summary>The kind of a flag, exactly one.</summary>
    public static NamespaceKind Of(CloneBits flag)
    {
        foreach (NamespaceKind kind in All)
        {
            if (kind.Flag == flag)
                return kind;
        }
        throw new ArgumentOutOfRangeException(nameof(flag), flag, null);
    }

    /// <summary>The kind with this type, or null.</summary>
    public static NamespaceKind? Of(string? type)
    {
        foreach (NamespaceKind kind in All)
        {
            if (kind.Type == type)
                return kind;
        }
        return null;
    }

    /// <summary>The name of a type's file in /proc/PID/ns; for an unknown type, the type itself.</summary>
    public static string FileOf(string type) => Of(type)?.File ?? type;
}
