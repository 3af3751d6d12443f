using System.Management.Automation;
using OciRuntime.Core.Spec;
using OciRuntime.PowerShell.Common;
using OciRuntime.PowerShell.Conversion;

namespace OciRuntime.PowerShell.Commands;

/// <summary>Sets limits in configurations; limits that are not named stay unchanged.</summary>
[Cmdlet(VerbsCommon.Set, "OciResource")]
[OutputType(typeof(OciSpec))]
public sealed class SetOciResourceCommand : SpecBuilderCmdlet
{
    /// <summary>Memory limit in bytes, or such as 512m; -1 or unlimited for no limit.</summary>
    [Parameter]
    [SizeConversion]
    public long? Memory { get; set; }

    /// <summary>Limit of memory and swap together; -1 or unlimited for no limit.</summary>
    [Parameter]
    [SizeConversion]
    public long? MemorySwap { get; set; }

    /// <summary>Soft limit of memory; -1 or unlimited for no limit.</summary>
    [Parameter]
    [SizeConversion]
    public long? MemoryReservation { get; set; }

    /// <summary>CPU time limit in CPUs, for example 1.5.</summary>
    [Parameter]
    [ValidateRange(0.01, 8192)]
    public double? Cpus { get; set; }

    /// <summary>CPU time in a period: microseconds, or such as 50ms; -1 or unlimited for no limit.</summary>
    [Parameter]
    [MicrosecondsConversion]
    [ValidateRange(-1, long.MaxValue)]
    public long? CpuQuota { get; set; }

    /// <summary>The period of the quota: microseconds, or such as 100ms.</summary>
    [Parameter]
    [MicrosecondsConversion]
    [ValidateRange(1, long.MaxValue)]
    public long? CpuPeriod { get; set; }

    /// <summary>CPU time that may be saved up: microseconds, or such as 20ms.</summary>
    [Parameter]
    [MicrosecondsConversion]
    [ValidateRange(0, long.MaxValue)]
    public long? CpuBurst { get; set; }

    /// <summary>Relative CPU weight, 2 to 262144.</summary>
    [Parameter]
    [ValidateRange(2, 262144)]
    public int? CpuShares { get; set; }

    /// <summary>The period of realtime CPU time (cgroup v1): microseconds, or such as 1s.</summary>
    [Parameter]
    [MicrosecondsConversion]
    [ValidateRange(1, long.MaxValue)]
    public long? CpuRealtimePeriod { get; set; }

    /// <summary>Realtime CPU time in its period (cgroup v1): microseconds, or such as 10ms.</summary>
    [Parameter]
    [MicrosecondsConversion]
    [ValidateRange(-1, long.MaxValue)]
    public long? CpuRealtimeRuntime { get; set; }

    /// <summary>Runs it only when nothing else runs (SCHED_IDLE); :$false ends that.</summary>
    [Parameter]
    public bool? CpuIdle { get; set; }

    /// <summary>The CPUs it may run on, for example 0-3,7.</summary>
    [Parameter]
    [NumberListConversion]
    public string? CpuSet { get; set; }

    /// <summary>The memory nodes it may use, for example 0-1.</summary>
    [Parameter]
    [NumberListConversion]
    public string? MemoryNode { get; set; }

    /// <summary>Limit of processes and threads; -1 is unlimited.</summary>
    [Parameter]
    [ValidateRange(-1, 4194304)]
    public long? Pids { get; set; }

    /// <summary>Block I/O weight, 10 to 1000.</summary>
    [Parameter]
    [ValidateRange(10, 1000)]
    public int? BlockIOWeight { get; set; }

    /// <summary>All of linux.resources, as an OciResources or a table with the runtime-spec's names, replacing the existing ones.</summary>
    [Parameter]
    [ResourcesConversion]
    [ValidateNotNull]
    public OciResources? Resource { get; set; }

    /// <inheritdoc/>
    private protected override void Change(OciSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        OciLinux linux = spec.Linux ??= new OciLinux();
        OciResources resources = Resource is null ? linux.Resources ?? new() : SpecReader.ReadResources(SpecWriter.WriteResources(Resource));
        Limits.ApplyTo(resources);
        linux.Resources = resources;
    }

    private ResourceLimits Limits => new()
    {
        Memory = Memory,
        MemorySwap = MemorySwap,
        MemoryReservation = MemoryReservation,
        Cpus = Cpus,
        CpuQuota = CpuQuota,
        CpuPeriod = CpuPeriod,
        CpuBurst = CpuBurst,
        CpuShares = CpuShares,
        CpuRealtimePeriod = CpuRealtimePeriod,
        CpuRealtimeRuntime = CpuRealtimeRuntime,
        CpuIdle = CpuIdle,
        CpuSet = CpuSet,
        MemoryNode = MemoryNode,
        Pids = Pids,
        BlockIOWeight = BlockIOWeight,
    };
}
