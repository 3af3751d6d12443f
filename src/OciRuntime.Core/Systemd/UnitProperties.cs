using System.Globalization;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Spec.Validation;
using OciRuntime.Core.Systemd.Bus;

namespace OciRuntime.Core.Systemd;

/// <summary>
/// What is written to the kernel's files, as properties of the unit too: systemd writes its own values again when it is reloaded, and
/// would undo what it does not know (systemd.resource-control(5)). What it has no property for is left alone by it.
/// </summary>
internal static class UnitProperties
{
    private const int KnowsPeriods = 242, KnowsCpusets = 244, KnowsIdle = 252;
    private const ulong DefaultPeriod = 100_000; // microseconds, of the kernel

    /// <summary>For the unified hierarchy.</summary>
    /// <param name="writes">In their order; of several for one property systemd takes the last.</param>
    /// <param name="version">Of systemd.</param>
    internal static List<UnitProperty> OfV2(IReadOnlyList<CgroupWrite> writes, int version)
    {
        var list = new List<UnitProperty>();
        bool idle = version >= KnowsIdle && writes.Any(static write => write is { File: "cpu.idle", Value: "1" });
        if (idle)
            list.Add(new("CPUWeight", 0));
        foreach (CgroupWrite write in writes)
        {
            string value = write.Value.Trim();
            switch (write.File)
            {
                case "memory.max": Limit(list, "MemoryMax", value); break;
                case "memory.high": Limit(list, "MemoryHigh", value); break;
                case "memory.low": Limit(list, "MemoryLow", value); break;
                case "memory.min": Limit(list, "MemoryMin", value); break;
                case "memory.swap.max": Limit(list, "MemorySwapMax", value); break;
                case "pids.max": Limit(list, "TasksMax", value); break;
                case "cpu.weight" when !idle: Limit(list, "CPUWeight", value); break;
                case "cpu.max": Bandwidth(list, value, version); break;
                case "cpuset.cpus" when version >= KnowsCpusets: Cpus(list, "AllowedCPUs", value); break;
                case "cpuset.mems" when version >= KnowsCpusets: Cpus(list, "AllowedMemoryNodes", value); break;
                case "io.bfq.weight" when write.Otherwise is { } other: Weight(list, other.Value); break;
                case "io.weight": Weight(list, value); break;
                case "io.max": Throttles(list, value); break;
                default: break;
            }
        }

        return list;
    }

    /// <summary>For the v1 controllers.</summary>
    internal static List<UnitProperty> OfV1(IReadOnlyList<CgroupWrite> writes, int version)
    {
        var list = new List<UnitProperty>();
        string? quota = null, period = null;
        foreach (CgroupWrite write in writes)
        {
            switch (write.File)
            {
                case "memory.limit_in_bytes": Limit(list, "MemoryLimit", write.Value); break;
                case "pids.max": Limit(list, "TasksMax", write.Value); break;
                case "cpu.shares": Limit(list, "CPUShares", write.Value); break;
                case "cpu.cfs_quota_us": quota = write.Value; break;
                case "cpu.cfs_period_us": period = write.Value; break;
                case "cpuset.cpus" when version >= KnowsCpusets: Cpus(list, "AllowedCPUs", write.Value); break;
                case "cpuset.mems" when version >= KnowsCpusets: Cpus(list, "AllowedMemoryNodes", write.Value); break;
                case "blkio.weight": Limit(list, "BlockIOWeight", write.Value); break;
                case "blkio.weight_device": Device(list, "BlockIODeviceWeight", write.Value); break;
                case "blkio.throttle.read_bps_device": Device(list, "BlockIOReadBandwidth", write.Value); break;
                case "blkio.throttle.write_bps_device": Device(list, "BlockIOWriteBandwidth", write.Value); break;
                default: break;
            }
        }

        if (quota is not null || period is not null)
            Bandwidth(list, $"{quota ?? "max"} {period}".TrimEnd(), version);
        return list;
    }

    private static void Limit(List<UnitProperty> list, string name, string value)
    {
        if (Number(value) is { } number)
            list.Add(new(name, number));
    }

    // "QUOTA PERIOD" → microseconds a second. systemd counts whole percents: rounded up, so that cgroups below can have what was asked for.
    private static void Bandwidth(List<UnitProperty> list, string value, int version)
    {
        const ulong Second = 1_000_000, Percent = Second / 100;
        string[] words = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is 0 or > 2 || Number(words[0]) is not { } quota)
            return;
        ulong period = words.Length == 2 && Number(words[1]) is { } given and > 0 ? given : DefaultPeriod;
        if (words.Length == 2 && version >= KnowsPeriods)
            list.Add(new("CPUQuotaPeriodUSec", period));
        UInt128 share = quota == UnitProperty.Infinity ? UnitProperty.Infinity : ((((UInt128)quota * Second / period) + Percent - 1) / Percent) * Percent;
        list.Add(new("CPUQuotaPerSecUSec", share >= UnitProperty.Infinity ? UnitProperty.Infinity : (ulong)share));
    }

    // A bit a number, lowest byte first. What only the kernel can read (all, N, first-last:used/group) has no property.
    private static void Cpus(List<UnitProperty> list, string name, string value)
    {
        const int Most = 8191; // CONFIG_NR_CPUS at its largest
        if (CpuList.TryMask(value, Most, out byte[]? mask))
            list.Add(new(name, BusVariant.Of(mask.AsSpan(0, mask.AsSpan().LastIndexOfAnyExcept((byte)0) + 1).ToArray())));
    }

    // "default 100", "100" or "8:0 100"
    private static void Weight(List<UnitProperty> list, string value)
    {
        string[] words = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is ["default", _] or [_])
            Limit(list, "IOWeight", words[^1]);
        else
            Device(list, "IODeviceWeight", value);
    }

    // "8:0 rbps=1000 wiops=max"
    private static void Throttles(List<UnitProperty> list, string value)
    {
        string[] words = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (string word in words.Skip(1))
        {
            string? name = word.Split('=')[0] switch
            {
                "rbps" => "IOReadBandwidthMax",
                "wbps" => "IOWriteBandwidthMax",
                "riops" => "IOReadIOPSMax",
                "wiops" => "IOWriteIOPSMax",
                _ => null,
            };
            if (name is not null)
                Device(list, name, $"{words[0]} {word[(word.IndexOf('=', StringComparison.Ordinal) + 1)..]}");
        }
    }

    private static void Device(List<UnitProperty> list, string name, string value)
    {
        if (value.Split(' ') is [string node, string text] && Number(text) is { } number and > 0)
            list.Add(new(name, new BusVariant("a(st)", new object[] { new object[] { "/dev/block/" + node, number } })));
    }

    // As memparse() of the kernel reads it: K, M, G, T. Below 0 and "max" there is no limit. Null: only the kernel can tell.
    private static ulong? Number(string text)
    {
        if (text is "max" || text.StartsWith('-'))
            return UnitProperty.Infinity;
        int shift = text.Length == 0 ? 0 : char.ToUpperInvariant(text[^1]) switch { 'K' => 10, 'M' => 20, 'G' => 30, 'T' => 40, _ => 0 };
        string digits = shift == 0 ? text : text[..^1];
        return ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) && number <= ulong.MaxValue >> shift ? number << shift : null;
    }
}
