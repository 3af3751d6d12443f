namespace OciRuntime.Core.Spec;

/// <summary>linux.resources: cgroup limits.</summary>
public sealed class OciResources
{
    /// <summary>Device allow and deny rules, in order.</summary>
    public List<OciDeviceRule>? Devices { get; set; }

    /// <summary>Memory limits, bytes.</summary>
    public OciMemory? Memory { get; set; }

    /// <summary>CPU limits.</summary>
    public OciCpu? Cpu { get; set; }

    /// <summary>Limit of processes.</summary>
    public OciPids? Pids { get; set; }

    /// <summary>Block I/O limits.</summary>
    public OciBlockIO? BlockIO { get; set; }

    /// <summary>Huge page limits.</summary>
    public List<OciHugepageLimit>? HugepageLimits { get; set; }

    /// <summary>net_cls and net_prio.</summary>
    public OciNetwork? Network { get; set; }

    /// <summary>RDMA limits by device.</summary>
    public Dictionary<string, OciRdma>? Rdma { get; set; }

    /// <summary>cgroup v2 files and their values.</summary>
    public Dictionary<string, string>? Unified { get; set; }
}

/// <summary>linux.resources.devices[].</summary>
public sealed class OciDeviceRule
{
    /// <summary>Allow or deny.</summary>
    public bool Allow { get; set; }

    /// <summary>a, c or b; absent means all.</summary>
    public string? Type { get; set; }

    /// <summary>Major number; absent means all.</summary>
    public long? Major { get; set; }

    /// <summary>Minor number; absent means all.</summary>
    public long? Minor { get; set; }

    /// <summary>Combination of r, w and m; absent means all.</summary>
    public string? Access { get; set; }
}

/// <summary>linux.resources.memory, in bytes; -1 is unlimited.</summary>
public sealed class OciMemory
{
    /// <summary>Hard limit.</summary>
    public long? Limit { get; set; }

    /// <summary>Soft limit.</summary>
    public long? Reservation { get; set; }

    /// <summary>Memory and swap together.</summary>
    public long? Swap { get; set; }

    /// <summary>Ignored by current kernels.</summary>
    public long? Kernel { get; set; }

    /// <summary>Ignored by cgroup v2.</summary>
    public long? KernelTCP { get; set; }

    /// <summary>0 to 100 (v1).</summary>
    public ulong? Swappiness { get; set; }

    /// <summary>Disable the OOM killer (v1).</summary>
    public bool? DisableOOMKiller { get; set; }

    /// <summary>v1 hierarchy accounting.</summary>
    public bool? UseHierarchy { get; set; }

    /// <summary>Refuse a limit below present usage.</summary>
    public bool? CheckBeforeUpdate { get; set; }
}

/// <summary>linux.resources.cpu.</summary>
public sealed class OciCpu
{
    /// <summary>Relative weight, v1 scale (2 to 262144).</summary>
    public ulong? Shares { get; set; }

    /// <summary>Microseconds of CPU time a period; -1 is unlimited.</summary>
    public long? Quota { get; set; }

    /// <summary>Microseconds that may be saved up.</summary>
    public ulong? Burst { get; set; }

    /// <summary>Period, microseconds.</summary>
    public ulong? Period { get; set; }

    /// <summary>Realtime microseconds a period (v1).</summary>
    public long? RealtimeRuntime { get; set; }

    /// <summary>Realtime period, microseconds (v1).</summary>
    public ulong? RealtimePeriod { get; set; }

    /// <summary>CPU list such as 0-3,7.</summary>
    public string? Cpus { get; set; }

    /// <summary>Memory node list.</summary>
    public string? Mems { get; set; }

    /// <summary>1 makes the cgroup SCHED_IDLE.</summary>
    public long? Idle { get; set; }
}

/// <summary>linux.resources.pids.</summary>
public sealed class OciPids
{
    /// <summary>Most processes and threads; -1 is unlimited.</summary>
    public long? Limit { get; set; }
}

/// <summary>linux.resources.blockIO.</summary>
public sealed class OciBlockIO
{
    /// <summary>10 to 1000.</summary>
    public ushort? Weight { get; set; }

    /// <summary>v1 only.</summary>
    public ushort? LeafWeight { get; set; }

    /// <summary>Weights per device.</summary>
    public List<OciWeightDevice>? WeightDevice { get; set; }

    /// <summary>Bytes a second, read.</summary>
    public List<OciThrottleDevice>? ThrottleReadBpsDevice { get; set; }

    /// <summary>Bytes a second, written.</summary>
    public List<OciThrottleDevice>? ThrottleWriteBpsDevice { get; set; }

    /// <summary>Operations a second, read.</summary>
    public List<OciThrottleDevice>? ThrottleReadIOPSDevice { get; set; }

    /// <summary>Operations a second, written.</summary>
    public List<OciThrottleDevice>? ThrottleWriteIOPSDevice { get; set; }
}

/// <summary>linux.resources.blockIO.weightDevice[].</summary>
public sealed class OciWeightDevice
{
    /// <summary>Major number.</summary>
    public long Major { get; set; }

    /// <summary>Minor number.</summary>
    public long Minor { get; set; }

    /// <summary>10 to 1000.</summary>
    public ushort? Weight { get; set; }

    /// <summary>v1 only.</summary>
    public ushort? LeafWeight { get; set; }
}

/// <summary>linux.resources.blockIO.throttle*[].</summary>
public sealed class OciThrottleDevice
{
    /// <summary>Major number.</summary>
    public long Major { get; set; }

    /// <summary>Minor number.</summary>
    public long Minor { get; set; }

    /// <summary>Bytes or operations a second.</summary>
    public ulong Rate { get; set; }
}

/// <summary>linux.resources.hugepageLimits[].</summary>
public sealed class OciHugepageLimit
{
    /// <summary>2MB, 1GB and so on.</summary>
    public string PageSize { get; set; } = string.Empty;

    /// <summary>Bytes.</summary>
    public ulong Limit { get; set; }
}

/// <summary>linux.resources.network.</summary>
public sealed class OciNetwork
{
    /// <summary>net_cls.classid.</summary>
    public uint? ClassID { get; set; }

    /// <summary>net_prio.ifpriomap.</summary>
    public List<OciInterfacePriority>? Priorities { get; set; }
}

/// <summary>linux.resources.network.priorities[].</summary>
public sealed class OciInterfacePriority
{
    /// <summary>Interface.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary>Priority.</summary>
    public uint Priority { get; set; }
}

/// <summary>linux.resources.rdma entry.</summary>
public sealed class OciRdma
{
    /// <summary>hca_handle.</summary>
    public uint? HcaHandles { get; set; }

    /// <summary>hca_object.</summary>
    public uint? HcaObjects { get; set; }
}
