using OciRuntime.Bus;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Validation;

namespace OciRuntime.Core.Systemd;

/// <summary>Collects properties of limits in order (systemd.resource-control(5)); of several of one name systemd takes the last.</summary>
/// <param name="version">Of systemd: it is told only what it knows.</param>
internal sealed class PropertyList(int version)
{
    private const int KnowsPeriods = 242, KnowsCpusets = 244;
    internal const ulong DefaultPeriod = 100_000; // microseconds, of the kernel

    public List<UnitProperty> Properties { get; } = [];

    public void Add(string name, ulong value) => Properties.Add(new(name, value));

    /// <summary>Below 0 there is no limit.</summary>
    public void Limit(string name, long value) => Add(name, Limit(value));

    /// <summary>CPU time, where cpu.quota or cpu.period is set.</summary>
    public void Bandwidth(OciCpu cpu)
    {
        long quota = cpu.Quota ?? 0;
        ulong period = cpu.Period ?? 0;
        if (quota != 0 || period != 0)
            Bandwidth(quota > 0 ? (ulong)quota : UnitProperty.Infinity, period == 0 ? null : period);
    }

    /// <summary>Microseconds a second. systemd counts whole percents: rounded up, so that cgroups below can have what was asked for.</summary>
    /// <param name="quota">Microseconds a period.</param>
    /// <param name="period">Microseconds; null: that of the kernel.</param>
    public void Bandwidth(ulong quota, ulong? period)
    {
        const ulong Second = 1_000_000, Percent = Second / 100;
        if (period is { } given && version >= KnowsPeriods)
            Add("CPUQuotaPeriodUSec", given);
        UInt128 share = quota == UnitProperty.Infinity ? quota : ((((UInt128)quota * Second / (period ?? DefaultPeriod)) + Percent - 1) / Percent) * Percent;
        Add("CPUQuotaPerSecUSec", share >= UnitProperty.Infinity ? UnitProperty.Infinity : (ulong)share);
    }

    /// <summary>A bit for each number, lowest byte first. What only the kernel can read (all, N, first-last:used/group) has no property.</summary>
    public void Numbers(string name, string? list)
    {
        const int Most = 8191; // CONFIG_NR_CPUS at its largest
        if (version >= KnowsCpusets && CpuList.TryMask(list, Most, out byte[]? mask))
            Properties.Add(new(name, BusVariant.Of(mask.AsSpan(0, mask.AsSpan().LastIndexOfAnyExcept((byte)0) + 1).ToArray())));
    }

    /// <summary>A value for one device; 0 is none.</summary>
    /// <param name="name">Of the property.</param>
    /// <param name="numbers">major:minor.</param>
    /// <param name="value">A weight or a rate.</param>
    public void Device(string name, string numbers, ulong value)
    {
        if (value > 0)
            Properties.Add(new(name, new BusVariant("a(st)", new object[] { new object[] { "/dev/block/" + numbers, value } })));
    }

    internal static ulong Limit(long value) => value < 0 ? UnitProperty.Infinity : (ulong)value;
}
