using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;

namespace OciRuntime.PowerShell.Common;

/// <summary>Limits in the form that cmdlets take; null for those not given.</summary>
internal sealed record ResourceLimits
{
    private const long DefaultPeriod = 100_000; // microseconds, the kernel's default

    public long? Memory { get; init; }

    public long? MemorySwap { get; init; }

    public long? MemoryReservation { get; init; }

    public bool CheckBeforeUpdate { get; init; }

    public double? Cpus { get; init; }

    public long? CpuQuota { get; init; }

    public long? CpuPeriod { get; init; }

    public long? CpuBurst { get; init; }

    public int? CpuShares { get; init; }

    public long? CpuRealtimePeriod { get; init; }

    public long? CpuRealtimeRuntime { get; init; }

    public bool? CpuIdle { get; init; }

    public string? CpuSet { get; init; }

    public string? MemoryNode { get; init; }

    public long? Pids { get; init; }

    public int? BlockIOWeight { get; init; }

    private bool HasMemory => (Memory ?? MemorySwap ?? MemoryReservation) is not null || CheckBeforeUpdate;

    private bool HasCpu => Cpus is not null || CpuIdle is not null || (CpuSet ?? MemoryNode) is not null
        || (CpuQuota ?? CpuPeriod ?? CpuBurst ?? CpuShares ?? CpuRealtimePeriod ?? CpuRealtimeRuntime) is not null;

    /// <summary>True when any was given.</summary>
    public bool Any => HasMemory || HasCpu || Pids is not null || BlockIOWeight is not null;

    /// <summary>Sets the given limits, and leaves the rest unchanged.</summary>
    /// <param name="resources">Changed.</param>
    /// <exception cref="OciException">InvalidArgument: -Cpus together with a quota or a period.</exception>
    public void ApplyTo(OciResources resources)
    {
        if (Cpus is not null && (CpuQuota ?? CpuPeriod) is not null)
            throw new OciException(OciErrorCode.InvalidArgument, Messages.CpusAndQuota);
        if (HasMemory)
            SetMemory(resources.Memory ??= new());
        if (HasCpu)
            SetCpu(resources.Cpu ??= new());
        if (Pids is not null)
            resources.Pids = new() { Limit = Pids };
        if (BlockIOWeight is not null)
            (resources.BlockIO ??= new()).Weight = (ushort)BlockIOWeight;
    }

    private void SetMemory(OciMemory memory)
    {
        memory.Limit = Memory ?? memory.Limit;
        memory.Swap = MemorySwap ?? memory.Swap;
        memory.Reservation = MemoryReservation ?? memory.Reservation;
        memory.CheckBeforeUpdate = CheckBeforeUpdate ? true : memory.CheckBeforeUpdate;
    }

    private void SetCpu(OciCpu cpu)
    {
        cpu.Quota = Cpus is { } count ? (long)Math.Round(count * DefaultPeriod) : CpuQuota ?? cpu.Quota;
        cpu.Period = Cpus is not null ? DefaultPeriod : (ulong?)CpuPeriod ?? cpu.Period;
        cpu.Burst = (ulong?)CpuBurst ?? cpu.Burst;
        cpu.Shares = (ulong?)CpuShares ?? cpu.Shares;
        cpu.RealtimePeriod = (ulong?)CpuRealtimePeriod ?? cpu.RealtimePeriod;
        cpu.RealtimeRuntime = CpuRealtimeRuntime ?? cpu.RealtimeRuntime;
        cpu.Idle = CpuIdle is { } idle ? idle ? 1 : 0 : cpu.Idle;
        cpu.Cpus = CpuSet ?? cpu.Cpus;
        cpu.Mems = MemoryNode ?? cpu.Mems;
    }
}
