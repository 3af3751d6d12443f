namespace OciRuntime.Core.Host;

/// <summary>Kind of cgroup layout.</summary>
public enum CgroupMode
{
    /// <summary>Only v1 hierarchies.</summary>
    Legacy,
    /// <summary>v1 hierarchies with controllers, and a unified one beside them.</summary>
    Hybrid,
    /// <summary>Only the unified hierarchy.</summary>
    Unified,
}

/// <summary>The cgroup hierarchies of this machine.</summary>
public sealed record CgroupLayout
{
    /// <summary>Which kind of layout.</summary>
    public required CgroupMode Mode { get; init; }

    /// <summary>v1 hierarchies: mount point, the controllers comounted there ("cpu", "cpuacct", "name=systemd").</summary>
    public IReadOnlyList<CgroupHierarchy> Hierarchies { get; init; } = [];

    /// <summary>Mount point of the unified hierarchy, or null.</summary>
    public string? UnifiedMountPoint { get; init; }

    /// <summary>Controllers of the unified hierarchy's root.</summary>
    public IReadOnlyList<string> UnifiedControllers { get; init; } = [];
}

/// <summary>One v1 hierarchy.</summary>
/// <param name="MountPoint">Absolute path.</param>
/// <param name="Controllers">Controllers, or name=X.</param>
public sealed record CgroupHierarchy(string MountPoint, IReadOnlyList<string> Controllers);
