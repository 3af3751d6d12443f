using OciRuntime.Bus;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Validation;

namespace OciRuntime.Core.Systemd;

/// <summary>Collects properties of limits in order (systemd.resource-control(5)); if a name is repeated, systemd takes the last one.</summary>
/// <param name="version">Version of systemd: only properties that it knows are sent.</param>
internal sealed class PropertyList(int version)
{
    private const int KnowsPeriods = 242, KnowsCpusets = 244;
    internal const ulong DefaultPeriod = 100_000; // microseconds, the kernel's default

    public List<UnitProperty> Properties { get; } = [];

    public void Add(string name, ulong value) => Properties.Add(new(name, value));

    /// <summary>A negative value is no limit.</summary>
    public void Limit(string name, long value) => Add(name, Limit(value));

    /// <summary>CPU time, if cpu.quota or cpu.period is set.</summary>
    public void Bandwidth(OciCpu cpu)
    {
        long quota = cpu.Quota ?? 0;
        ulong period = cpu.Period ?? 0;
        if (quota != 0 || period != 0)
            Bandwidth(quota > 0 ? (ulong)quota : UnitProperty.Infinity, period == 0 ? null : period);
    }

    /// <summary>Microseconds per second. systemd counts in whole percents: rounded up, so that cgroups below can get the requested time.</summary>
    /// <param name="quota">Microseconds per period.</param>
    /// <param name="period">Microseconds; null for the kernel's default.</param>
    public void Bandwidth(ulong quota, ulong? period)
    {
        const ulong Second = 1_000_000, Percent = Second / 100;
        if (period is { } given && version >= KnowsPeriods)
            Add("CPUQuotaPeriodUSec", given);
        UInt128 share = quota == UnitProperty.Infinity ? quota : ((((UInt128)quota * Second / (period ?? DefaultPeriod)) + Percent - 1) / Percent) * Percent;
        Add("CPUQuotaPerSecUSec", share >= UnitProperty.Infinity ? UnitProperty.Infinity : (ulong)share);
    }

    /// <summary>A bit for each number, lowest byte first. Lists that only the kernel can parse (all, N, first-last:used/group) have no property.</summary>
    public void Numbers(string name, string? list)
    {
        const int Most = 8191; // CONFIG_NR_CPUS at its largest
        if (version >= KnowsCpusets && CpuList.TryMask(list, Most, out byte[]? mask))
            Properties.Add(new(name, BusVariant.Of(mask.AsSpan(0, mask.AsSpan().LastIndexOfAnyExcept((byte)0) + 1).ToArray())));
    }

    /// <summary>A value for one device; 0 is not sent.</summary>
    /// <param name="name">Name of the property.</param>
    /// <param name="numbers">major:minor.</param>
    /// <param name="value">A weight or a rate.</param>
    public void Device(string name, string numbers, ulong value)
    {
        if (value > 0)
            Properties.Add(new(name, new BusVariant("a(st)", new object[] { new object[] { "/dev/block/" + numbers, value } })));
    }

    internal static ulong Limit(long value) => value < 0 ? UnitProperty.Infinity : (ulong)value;
}
