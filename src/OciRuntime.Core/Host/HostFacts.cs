using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Host;

/// <summary>Facts about this machine that planning and cgroups need, read once and passed on as data.</summary>
public sealed record HostFacts
{
    /// <summary>cgroup hierarchies.</summary>
    public required CgroupLayout Cgroups { get; init; }

    /// <summary>Effective uid of the runtime.</summary>
    public required uint EffectiveUid { get; init; }

    /// <summary>The runtime lacks root's rights over the host (another uid, or root only of a user namespace).</summary>
    public required bool Rootless { get; init; }

    /// <summary>Reads the facts of this machine.</summary>
    /// <exception cref="OciRuntime.Core.Errors.OciException">NotSupported: no cgroup filesystem is mounted.</exception>
    public static HostFacts Read()
    {
        uint uid = Libc.geteuid();
        return new()
        {
            Cgroups = ReadCgroups(),
            EffectiveUid = uid,
            Rootless = uid != 0 || InChildUserNamespace(),
        };
    }

    private static CgroupLayout ReadCgroups()
    {
        // Pure v2 has the controllers' file right there: no need to look at every mount.
        if (TextFile.TryRead("/sys/fs/cgroup/cgroup.controllers") is { } controllers)
        {
            return new()
            {
                Mode = CgroupMode.Unified,
                UnifiedMountPoint = "/sys/fs/cgroup",
                UnifiedControllers = controllers.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries),
            };
        }

        return CgroupLayoutReader.Parse(TextFile.Read("/proc/self/mountinfo"), mountPoint => TextFile.TryRead(mountPoint + "/cgroup.controllers") ?? string.Empty);
    }

    // The initial user namespace maps everything to itself (user_namespaces(7)).
    private static bool InChildUserNamespace()
    {
        string? map = TextFile.TryRead("/proc/self/uid_map");
        return map is not null && !map.AsSpan().TrimEnd().EndsWith(" 4294967295");
    }
}
