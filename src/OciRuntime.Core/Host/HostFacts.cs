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
}
