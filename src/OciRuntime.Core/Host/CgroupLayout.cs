using OciRuntime.Core.Files;

namespace OciRuntime.Core.Host;

/// <summary>Kind of cgroup layout.</summary>
internal enum CgroupMode
{
    /// <summary>Only v1 hierarchies.</summary>
    Legacy,
    /// <summary>v1 hierarchies with controllers, and a unified one next to them.</summary>
    Hybrid,
    /// <summary>Only the unified hierarchy.</summary>
    Unified,
}

/// <summary>The cgroup hierarchies of this machine.</summary>
internal sealed record CgroupLayout
{
    /// <summary>Which kind of layout.</summary>
    public required CgroupMode Mode { get; init; }

    /// <summary>v1 hierarchies: mount point, the controllers comounted there ("cpu", "cpuacct", "name=systemd").</summary>
    public IReadOnlyList<CgroupHierarchy> Hierarchies { get; init; } = [];

    /// <summary>Mount point of the unified hierarchy, or null.</summary>
    public string? UnifiedMountPoint { get; init; }

    /// <summary>The cgroup that is visible at <see cref="UnifiedMountPoint"/>; "/" except in a container that got only a part of the tree.</summary>
    public string UnifiedRoot { get; init; } = "/";

    /// <summary>Controllers of the unified hierarchy's root. Read on first use.</summary>
    public IReadOnlyList<string> UnifiedControllers
    {
        get => field ??= UnifiedMountPoint is { } mountPoint ? Words(TextFile.TryReadOnce(FileRoot + mountPoint + "/cgroup.controllers")) : [];
        init;
    }

    /// <summary>
    /// The runtime's own cgroup, as a path below the mount point of each hierarchy, by controller; the empty key is the unified one. Read
    /// on first use: most launches don't need it.
    /// </summary>
    public IReadOnlyDictionary<string, string> Own
    {
        get => field ??= OwnCgroups.Parse(TextFile.Read(FileRoot + "/proc/self/cgroup"), this);
        init;
    }

    /// <summary>Prefix of the machine's files: empty, or the directory that stands for "/" in tests.</summary>
    internal string FileRoot { get; init; } = string.Empty;

    internal static string[] Words(string? text) => text?.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries) ?? [];
}

/// <summary>One v1 hierarchy.</summary>
/// <param name="MountPoint">Absolute path.</param>
/// <param name="Controllers">Controllers, or name=X.</param>
internal sealed record CgroupHierarchy(string MountPoint, IReadOnlyList<string> Controllers)
{
    /// <summary>The cgroup that is visible at <see cref="MountPoint"/>; "/" except in a container that got only a part of the tree.</summary>
    public string Root { get; init; } = "/";
}
