using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Host;

/// <summary>Facts about this machine that planning and cgroups need, passed on as data. Those of the kernel and of the own cgroups are read on first use.</summary>
internal sealed record HostFacts
{
    private readonly bool? _rootlessCgroups;

    /// <summary>cgroup hierarchies.</summary>
    public required CgroupLayout Cgroups { get; init; }

    /// <summary>Effective uid of the runtime.</summary>
    public required uint EffectiveUid { get; init; }

    /// <summary>The runtime lacks root's privileges over the host (another uid, or root only in a user namespace).</summary>
    public required bool Rootless { get; init; }

    /// <summary>Do without cgroups that can't be made, and use the user's own systemd. Equals <see cref="Rootless"/> unless set.</summary>
    public bool RootlessCgroups { get => _rootlessCgroups ?? Rootless; init => _rootlessCgroups = value; }

    /// <summary>True when the runtime is not root, not even in a user namespace: it may map only its own ids by itself (user_namespaces(7)).</summary>
    internal bool MapsOwnIdsOnly => EffectiveUid != 0;

    /// <summary>What the kernel offers; each fact is read on first use.</summary>
    public KernelFacts Kernel { get; init; } = new(string.Empty);

    /// <summary>Reads the facts of this machine.</summary>
    /// <exception cref="OciRuntime.Core.Errors.OciException">NotSupported: no cgroup filesystem is mounted.</exception>
    public static HostFacts Read() => Read(string.Empty);

    /// <summary>Reads the facts below a directory that stands for "/".</summary>
    internal static HostFacts Read(string root)
    {
        uint uid = Libc.geteuid();
        return new()
        {
            Cgroups = ReadCgroups(root),
            EffectiveUid = uid,
            Rootless = uid != 0 || InChildUserNamespace(root),
            Kernel = new(root),
        };
    }

    private static CgroupLayout ReadCgroups(string root)
    {
        // On pure v2 the controllers file is right there: no need to look at every mount.
        if (TextFile.TryReadOnce(root + CgroupLayoutReader.MountPoint + "/cgroup.controllers") is { } controllers)
        {
            return new()
            {
                Mode = CgroupMode.Unified,
                UnifiedMountPoint = CgroupLayoutReader.MountPoint,
                UnifiedControllers = CgroupLayout.Words(controllers),
                FileRoot = root,
            };
        }

        return CgroupLayoutReader.Parse(TextFile.Read(root + "/proc/self/mountinfo"), root);
    }

    // The initial user namespace maps everything to itself (user_namespaces(7)).
    internal static bool InChildUserNamespace(string root = "")
    {
        string? map = TextFile.TryReadOnce(root + "/proc/self/uid_map");
        return map is not null && !map.AsSpan().TrimEnd().EndsWith(" 4294967295");
    }
}
