namespace OciRuntime.Core.Spec;

/// <summary>linux: the Linux-specific part (config-linux.md).</summary>
public sealed class OciLinux
{
    /// <summary>Namespaces to create or join; what is not listed is shared with the runtime.</summary>
    public List<OciNamespace>? Namespaces { get; set; }

    /// <summary>User id map of a new user namespace.</summary>
    public List<OciIdMapping>? UidMappings { get; set; }

    /// <summary>Group id map of a new user namespace.</summary>
    public List<OciIdMapping>? GidMappings { get; set; }

    /// <summary>Offsets of a new time namespace: monotonic, boottime.</summary>
    public Dictionary<string, OciTimeOffset>? TimeOffsets { get; set; }

    /// <summary>Device nodes beyond the default ones.</summary>
    public List<OciDevice>? Devices { get; set; }

    /// <summary>Host network devices to move into the container, by host name.</summary>
    public Dictionary<string, OciNetDevice>? NetDevices { get; set; }

    /// <summary>Path of the cgroup, or slice:prefix:name with the systemd manager.</summary>
    public string? CgroupsPath { get; set; }

    /// <summary>Cgroup limits.</summary>
    public OciResources? Resources { get; set; }

    /// <summary>Intel RDT (resctrl).</summary>
    public OciIntelRdt? IntelRdt { get; set; }

    /// <summary>Kernel parameters to set, with dots.</summary>
    public Dictionary<string, string>? Sysctl { get; set; }

    /// <summary>System call filter.</summary>
    public OciSeccomp? Seccomp { get; set; }

    /// <summary>shared, slave, private or unbindable.</summary>
    public string? RootfsPropagation { get; set; }

    /// <summary>Paths that must not be readable.</summary>
    public List<string>? MaskedPaths { get; set; }

    /// <summary>Paths that must not be writable.</summary>
    public List<string>? ReadonlyPaths { get; set; }

    /// <summary>SELinux context for mounts.</summary>
    public string? MountLabel { get; set; }

    /// <summary>Execution domain (personality(2)).</summary>
    public OciPersonality? Personality { get; set; }

    /// <summary>NUMA memory policy (set_mempolicy(2)).</summary>
    public OciMemoryPolicy? MemoryPolicy { get; set; }
}

/// <summary>linux.namespaces[].</summary>
public sealed class OciNamespace
{
    /// <summary>pid, network, mount, ipc, uts, user, cgroup or time.</summary>
    public string Type { get; set; } = string.Empty;

    /// <summary>Namespace file to join; absent creates a new one.</summary>
    public string? Path { get; set; }
}

/// <summary>linux.timeOffsets entry.</summary>
public sealed class OciTimeOffset
{
    /// <summary>Seconds.</summary>
    public long Secs { get; set; }

    /// <summary>Nanoseconds.</summary>
    public uint Nanosecs { get; set; }
}

/// <summary>linux.devices[].</summary>
public sealed class OciDevice
{
    /// <summary>c, b, u or p.</summary>
    public string Type { get; set; } = string.Empty;

    /// <summary>Path inside the container.</summary>
    public string Path { get; set; } = string.Empty;

    /// <summary>Major number.</summary>
    public long? Major { get; set; }

    /// <summary>Minor number.</summary>
    public long? Minor { get; set; }

    /// <summary>Permission bits.</summary>
    public uint? FileMode { get; set; }

    /// <summary>Owner.</summary>
    public uint? Uid { get; set; }

    /// <summary>Group.</summary>
    public uint? Gid { get; set; }
}

/// <summary>linux.netDevices entry.</summary>
public sealed class OciNetDevice
{
    /// <summary>Name inside the container; absent keeps it.</summary>
    public string? Name { get; set; }
}

/// <summary>linux.personality.</summary>
public sealed class OciPersonality
{
    /// <summary>LINUX or LINUX32.</summary>
    public string Domain { get; set; } = string.Empty;

    /// <summary>Reserved by the spec.</summary>
    public List<string>? Flags { get; set; }
}

/// <summary>linux.intelRdt.</summary>
public sealed class OciIntelRdt
{
    /// <summary>Class of service.</summary>
    public string? ClosID { get; set; }

    /// <summary>Lines written to schemata.</summary>
    public List<string>? Schemata { get; set; }

    /// <summary>L3 line.</summary>
    public string? L3CacheSchema { get; set; }

    /// <summary>MB line.</summary>
    public string? MemBwSchema { get; set; }

    /// <summary>Make a monitoring group.</summary>
    public bool? EnableMonitoring { get; set; }
}

/// <summary>linux.memoryPolicy.</summary>
public sealed class OciMemoryPolicy
{
    /// <summary>MPOL_* name.</summary>
    public string Mode { get; set; } = string.Empty;

    /// <summary>Node list such as 0-3,7.</summary>
    public string Nodes { get; set; } = string.Empty;

    /// <summary>MPOL_F_* names.</summary>
    public List<string>? Flags { get; set; }
}
