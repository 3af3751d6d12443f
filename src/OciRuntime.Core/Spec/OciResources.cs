using static System.FormattableString;

namespace OciRuntime.Core.Spec;

/// <summary>linux.resources: cgroup limits.</summary>
public sealed record OciResources
{
    /// <summary>Device allow and deny rules, in order.</summary>
    public List<OciDeviceRule>? Devices { get; set; }

    /// <summary>Memory limits, in bytes.</summary>
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

    /// <inheritdoc/>
    public override string ToString() => SpecText.List(
        SpecText.Labelled("memory", Memory),
        SpecText.Labelled("cpu", Cpu),
        SpecText.Labelled("pids", Pids),
        SpecText.Labelled("block I/O", BlockIO),
        HugepageLimits is null or [] ? null : "huge pages " + string.Join(' ', HugepageLimits),
        SpecText.Labelled("network", Network),
        SpecText.Counted(Rdma?.Count, "RDMA device"),
        SpecText.Counted(Unified?.Count, "cgroup file"),
        SpecText.Counted(Devices?.Count, "device rule"));
}

/// <summary>linux.resources.devices[].</summary>
public sealed record OciDeviceRule
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

    /// <inheritdoc/>
    public override string ToString() => $"{(Allow ? "allow" : "deny")} {Type ?? "a"} {SpecText.Numbers(Major, Minor)} {Access ?? "rwm"}";
}

/// <summary>linux.resources.memory, in bytes; -1 means unlimited.</summary>
public sealed record OciMemory
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

    /// <summary>v1 hierarchical accounting; ignored.</summary>
    public bool? UseHierarchy { get; set; }

    /// <summary>Refuse a limit below the present usage.</summary>
    public bool? CheckBeforeUpdate { get; set; }

    /// <inheritdoc/>
    public override string ToString() => SpecText.List(
        Size(string.Empty, Limit),
        Size("swap ", Swap),
        Size("reservation ", Reservation),
        Size("kernel ", Kernel),
        Size("kernel TCP ", KernelTCP),
        SpecText.Labelled("swappiness", Swappiness),
        DisableOOMKiller == true ? "no OOM killer" : null);

    private static string? Size(string label, long? bytes) => bytes is null ? null : label + ByteSize.Format(bytes.Value);
}

/// <summary>linux.resources.cpu.</summary>
public sealed record OciCpu
{
    /// <summary>Relative weight, v1 scale (2 to 262144).</summary>
    public ulong? Shares { get; set; }

    /// <summary>Microseconds of CPU time per period; -1 means unlimited.</summary>
    public long? Quota { get; set; }

    /// <summary>Microseconds of unused quota that may accumulate.</summary>
    public ulong? Burst { get; set; }

    /// <summary>Period in microseconds.</summary>
    public ulong? Period { get; set; }

    /// <summary>Realtime microseconds per period (v1).</summary>
    public long? RealtimeRuntime { get; set; }

    /// <summary>Realtime period in microseconds (v1).</summary>
    public ulong? RealtimePeriod { get; set; }

    /// <summary>CPU list such as 0-3,7.</summary>
    public string? Cpus { get; set; }

    /// <summary>Memory node list.</summary>
    public string? Mems { get; set; }

    /// <summary>1 schedules the cgroup as SCHED_IDLE.</summary>
    public long? Idle { get; set; }

    /// <inheritdoc/>
    public override string ToString() => SpecText.List(
        Quota is > 0 && Period is > 0 ? SpecText.Labelled("limit", (double)Quota.Value / Period.Value) : Quota is null ? null : "quota " + SpecText.Limit(Quota.Value),
        SpecText.Labelled("shares", Shares),
        SpecText.Labelled("burst", Burst),
        SpecText.Labelled("realtime", RealtimeRuntime),
        SpecText.Labelled("on", Cpus),
        SpecText.Labelled("nodes", Mems),
        Idle is > 0 ? "idle" : null);
}

/// <summary>linux.resources.pids.</summary>
public sealed record OciPids
{
    /// <summary>Maximum number of processes and threads; -1 means unlimited.</summary>
    public long? Limit { get; set; }

    /// <inheritdoc/>
    public override string ToString() => Limit is null ? "none" : SpecText.Limit(Limit.Value);
}

/// <summary>linux.resources.blockIO.</summary>
public sealed record OciBlockIO
{
    /// <summary>10 to 1000.</summary>
    public ushort? Weight { get; set; }

    /// <summary>v1 only.</summary>
    public ushort? LeafWeight { get; set; }

    /// <summary>Weights per device.</summary>
    public List<OciWeightDevice>? WeightDevice { get; set; }

    /// <summary>Bytes read per second.</summary>
    public List<OciThrottleDevice>? ThrottleReadBpsDevice { get; set; }

    /// <summary>Bytes written per second.</summary>
    public List<OciThrottleDevice>? ThrottleWriteBpsDevice { get; set; }

    /// <summary>Read operations per second.</summary>
    public List<OciThrottleDevice>? ThrottleReadIOPSDevice { get; set; }

    /// <summary>Write operations per second.</summary>
    public List<OciThrottleDevice>? ThrottleWriteIOPSDevice { get; set; }

    /// <inheritdoc/>
    public override string ToString() => SpecText.List(
        SpecText.Labelled("weight", Weight),
        SpecText.Labelled("leaf weight", LeafWeight),
        SpecText.Counted(WeightDevice?.Count, "device weight"),
        SpecText.Counted(
            (ThrottleReadBpsDevice?.Count ?? 0) + (ThrottleWriteBpsDevice?.Count ?? 0) + (ThrottleReadIOPSDevice?.Count ?? 0) + (ThrottleWriteIOPSDevice?.Count ?? 0), "throttle"));
}

/// <summary>linux.resources.blockIO.weightDevice[].</summary>
public sealed record OciWeightDevice
{
    /// <summary>Major number.</summary>
    public long Major { get; set; }

    /// <summary>Minor number.</summary>
    public long Minor { get; set; }

    /// <summary>10 to 1000.</summary>
    public ushort? Weight { get; set; }

    /// <summary>v1 only.</summary>
    public ushort? LeafWeight { get; set; }

    /// <inheritdoc/>
    public override string ToString() => SpecText.List(SpecText.Numbers(Major, Minor), SpecText.Labelled("weight", Weight), SpecText.Labelled("leaf weight", LeafWeight));
}

/// <summary>linux.resources.blockIO.throttle*[].</summary>
public sealed record OciThrottleDevice
{
    /// <summary>Major number.</summary>
    public long Major { get; set; }

    /// <summary>Minor number.</summary>
    public long Minor { get; set; }

    /// <summary>Bytes or operations per second.</summary>
    public ulong Rate { get; set; }

    /// <inheritdoc/>
    public override string ToString() => Invariant($"{Major}:{Minor} {Rate}");
}

/// <summary>linux.resources.hugepageLimits[].</summary>
public sealed record OciHugepageLimit
{
    /// <summary>Size such as 2MB or 1GB.</summary>
    public string PageSize { get; set; } = string.Empty;

    /// <summary>Limit in bytes.</summary>
    public ulong Limit { get; set; }

    /// <inheritdoc/>
    public override string ToString() => $"{PageSize}={ByteSize.Format(Limit)}";
}

/// <summary>linux.resources.network.</summary>
public sealed record OciNetwork
{
    /// <summary>net_cls.classid.</summary>
    public uint? ClassID { get; set; }

    /// <summary>net_prio.ifpriomap.</summary>
    public List<OciInterfacePriority>? Priorities { get; set; }

    /// <inheritdoc/>
    public override string ToString() => SpecText.List(ClassID is null ? null : Invariant($"class 0x{ClassID:x8}"), Priorities is null ? null : string.Join(' ', Priorities));
}

/// <summary>linux.resources.network.priorities[].</summary>
public sealed record OciInterfacePriority
{
    /// <summary>Name of the interface.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary>Priority.</summary>
    public uint Priority { get; set; }

    /// <inheritdoc/>
    public override string ToString() => Invariant($"{Name}={Priority}");
}

/// <summary>linux.resources.rdma entry.</summary>
public sealed record OciRdma
{
    /// <summary>hca_handle.</summary>
    public uint? HcaHandles { get; set; }

    /// <summary>hca_object.</summary>
    public uint? HcaObjects { get; set; }

    /// <inheritdoc/>
    public override string ToString() => SpecText.List(SpecText.Labelled("handles", HcaHandles), SpecText.Labelled("objects", HcaObjects));
}
