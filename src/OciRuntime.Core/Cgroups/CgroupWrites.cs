using System.Globalization;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Cgroups;

/// <summary>linux.resources → the values to write, in order. Pure; device rules are not files on v2 and stand in <see cref="DeviceRule"/>.</summary>
internal static class CgroupWrites
{
    private const string Resources = "/linux/resources";

    /// <summary>For the v1 controllers.</summary>
    internal static List<CgroupWrite> ForV1(OciResources resources)
    {
        if (resources.Unified is { Count: > 0 })
            throw NotHere("unified", "cgroup v1 has no unified files", "boot with systemd.unified_cgroup_hierarchy=1");
        var writes = new List<CgroupWrite>();
        void Add(string controller, string file, string value, string pointer) => writes.Add(new(controller, file, value, Resources + pointer));
        if (resources.Memory is { } memory)
        {
            // Where both are set the order matters: memsw may never be below the limit; CgroupV1 retries the other way round on EINVAL/EBUSY.
            if (memory.Limit is { } limit)
                Add("memory", "memory.limit_in_bytes", Number(limit), "/memory/limit");
            if (memory.Swap is { } swap && swap != 0)
                Add("memory", "memory.memsw.limit_in_bytes", Number(swap), "/memory/swap");
            else if (memory.Limit == -1)
                Add("memory", "memory.memsw.limit_in_bytes", "-1", "/memory/limit");
            if (memory.Reservation is { } reservation)
                Add("memory", "memory.soft_limit_in_bytes", Number(reservation), "/memory/reservation");
            if (memory.Swappiness is { } swappiness)
            {
                if (swappiness > 100)
                    throw Invalid($"memory.swappiness is {swappiness}, more than 100", "/memory/swappiness");
                Add("memory", "memory.swappiness", Number(swappiness), "/memory/swappiness");
            }

            if (memory.DisableOOMKiller == true)
                Add("memory", "memory.oom_control", "1", "/memory/disableOOMKiller");
        }

        if (resources.Cpu is { } cpu)
        {
            if (cpu.Shares is { } shares && shares != 0)
                Add("cpu", "cpu.shares", Number(shares), "/cpu/shares");
            if (cpu.Period is { } period && period != 0)
                Add("cpu", "cpu.cfs_period_us", Number(period), "/cpu/period");
            if (cpu.Quota is { } quota && quota != 0)
                Add("cpu", "cpu.cfs_quota_us", Number(quota), "/cpu/quota");
            if (cpu.Burst is { } burst)
                Add("cpu", "cpu.cfs_burst_us", Number(burst), "/cpu/burst");
            if (cpu.Idle is { } idle)
                Add("cpu", "cpu.idle", Number(idle), "/cpu/idle");
            if (cpu.RealtimePeriod is { } realtimePeriod)
                Add("cpu", "cpu.rt_period_us", Number(realtimePeriod), "/cpu/realtimePeriod");
            if (cpu.RealtimeRuntime is { } realtimeRuntime)
                Add("cpu", "cpu.rt_runtime_us", Number(realtimeRuntime), "/cpu/realtimeRuntime");
            if (!string.IsNullOrEmpty(cpu.Cpus))
                Add("cpuset", "cpuset.cpus", cpu.Cpus, "/cpu/cpus");
            if (!string.IsNullOrEmpty(cpu.Mems))
                Add("cpuset", "cpuset.mems", cpu.Mems, "/cpu/mems");
        }

        if (resources.Pids?.Limit is { } pids)
            Add("pids", "pids.max", pids < 0 ? "max" : Number(pids), "/pids/limit");
        if (resources.BlockIO is { } io)
        {
            if (io.Weight is { } weight && weight != 0)
                Add("blkio", "blkio.weight", Number(weight), "/blockIO/weight");
            Throttles(io.ThrottleReadBpsDevice, "blkio.throttle.read_bps_device", "throttleReadBpsDevice");
            Throttles(io.ThrottleWriteBpsDevice, "blkio.throttle.write_bps_device", "throttleWriteBpsDevice");
            Throttles(io.ThrottleReadIOPSDevice, "blkio.throttle.read_iops_device", "throttleReadIOPSDevice");
            Throttles(io.ThrottleWriteIOPSDevice, "blkio.throttle.write_iops_device", "throttleWriteIOPSDevice");
        }

        for (int i = 0; i < (resources.HugepageLimits?.Count ?? 0); i++)
        {
            OciHugepageLimit huge = resources.HugepageLimits![i];
            Add("hugetlb", $"hugetlb.{huge.PageSize}.limit_in_bytes", Number(huge.Limit), $"/hugepageLimits/{i}");
        }

        if (resources.Network is { } network)
        {
            if (network.ClassID is { } classId)
                Add("net_cls", "net_cls.classid", Number(classId), "/network/classID");
            for (int i = 0; i < (network.Priorities?.Count ?? 0); i++)
                Add("net_prio", "net_prio.ifpriomap", $"{network.Priorities![i].Name} {Number(network.Priorities[i].Priority)}", $"/network/priorities/{i}");
        }

        AddRdma(resources, writes);
        return writes;

        void Throttles(List<OciThrottleDevice>? devices, string file, string name)
        {
            for (int i = 0; i < (devices?.Count ?? 0); i++)
                Add("blkio", file, $"{Number(devices![i].Major)}:{Number(devices[i].Minor)} {Number(devices[i].Rate)}", $"/blockIO/{name}/{i}");
        }
    }

    /// <summary>For the unified hierarchy.</summary>
    internal static List<CgroupWrite> ForV2(OciResources resources)
    {
        var writes = new List<CgroupWrite>();
        void Add(string controller, string file, string value, string pointer) => writes.Add(new(controller, file, value, Resources + pointer));
        if (resources.Memory is { } memory)
        {
            if (memory.Swappiness is not null)
                throw NotHere("memory/swappiness", "cgroup v2 has no swappiness", null);
            if (memory.DisableOOMKiller == true)
                throw NotHere("memory/disableOOMKiller", "cgroup v2 can't disable the OOM killer", null);
            if (memory.Swap is { } swap && swap != 0)
                Add("memory", "memory.swap.max", SwapMax(swap, memory.Limit), "/memory/swap");
            if (memory.Limit is { } limit && limit != 0)
                Add("memory", "memory.max", Limit(limit), "/memory/limit");
            if (memory.Reservation is { } reservation && reservation != 0)
                Add("memory", "memory.low", Limit(reservation), "/memory/reservation");
        }

        if (resources.Cpu is { } cpu)
        {
            if (cpu.RealtimePeriod is not null || cpu.RealtimeRuntime is not null)
                throw NotHere("cpu/realtimeRuntime", "cgroup v2 has no realtime limits", null);
            if (cpu.Idle is { } idle)
                Add("cpu", "cpu.idle", Number(idle), "/cpu/idle");
            if (cpu.Shares is { } shares && shares != 0 && cpu.Idle is not 1)
                Add("cpu", "cpu.weight", Number(Weight(shares)), "/cpu/shares");
            if (cpu.Quota is not null || cpu.Period is not null)
            {
                string quota = cpu.Quota is { } value && value > 0 ? Number(value) : "max";
                Add("cpu", "cpu.max", cpu.Period is { } period && period != 0 ? $"{quota} {Number(period)}" : quota, "/cpu/quota");
            }

            if (cpu.Burst is { } burst)
                Add("cpu", "cpu.max.burst", Number(burst), "/cpu/burst");
            if (!string.IsNullOrEmpty(cpu.Cpus))
                Add("cpuset", "cpuset.cpus", cpu.Cpus, "/cpu/cpus");
            if (!string.IsNullOrEmpty(cpu.Mems))
                Add("cpuset", "cpuset.mems", cpu.Mems, "/cpu/mems");
        }

        if (resources.Pids?.Limit is { } pids)
            Add("pids", "pids.max", pids < 0 ? "max" : Number(pids), "/pids/limit");
        if (resources.BlockIO is { } io)
        {
            // 10..1000 of blkio to 1..10000 of io, linearly, as every runtime.
            if (io.Weight is { } weight && weight != 0)
                Add("io", "io.weight", "default " + Number(1 + ((weight - 10L) * 9999 / 990)), "/blockIO/weight");
            if (io.LeafWeight is not null)
                throw NotHere("blockIO/leafWeight", "cgroup v2 has no leaf weight", null);
            Throttles(io.ThrottleReadBpsDevice, "rbps", "throttleReadBpsDevice");
            Throttles(io.ThrottleWriteBpsDevice, "wbps", "throttleWriteBpsDevice");
            Throttles(io.ThrottleReadIOPSDevice, "riops", "throttleReadIOPSDevice");
            Throttles(io.ThrottleWriteIOPSDevice, "wiops", "throttleWriteIOPSDevice");
        }

        for (int i = 0; i < (resources.HugepageLimits?.Count ?? 0); i++)
        {
            OciHugepageLimit huge = resources.HugepageLimits![i];
            Add("hugetlb", $"hugetlb.{huge.PageSize}.max", Number(huge.Limit), $"/hugepageLimits/{i}");
        }

        if (resources.Network is { ClassID: not null } or { Priorities.Count: > 0 })
            throw NotHere("network", "cgroup v2 has no net_cls and net_prio", null);
        AddRdma(resources, writes);
        foreach ((string key, string value) in resources.Unified ?? [])
        {
            int dot = key.IndexOf('.', StringComparison.Ordinal);
            if (dot <= 0 || key.Contains('/', StringComparison.Ordinal))
                throw Invalid($"unified key \"{key}\" is not a file of a cgroup", "/unified/" + key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
            string controller = key[..dot];
            foreach (string line in value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                Add(controller == "cgroup" ? string.Empty : controller, key, line, "/unified/" + key);
        }

        return writes;

        void Throttles(List<OciThrottleDevice>? devices, string key, string name)
        {
            for (int i = 0; i < (devices?.Count ?? 0); i++)
                Add("io", "io.max", $"{Number(devices![i].Major)}:{Number(devices[i].Minor)} {key}={(devices[i].Rate == 0 ? "max" : Number(devices[i].Rate))}", $"/blockIO/{name}/{i}");
        }
    }

    /// <summary>cpu.shares (2..262144) to cpu.weight (1..10000): runc's and crun's curve through (2, 1), (1024, 100), (262144, 10000).</summary>
    internal static ulong Weight(ulong shares)
    {
        if (shares <= 2)
            return 1;
        if (shares >= 262144)
            return 10000;
        double log = Math.Log2(shares);
        double exponent = (((log * log) + (125 * log)) / 612.0) - (7.0 / 34.0);
        return (ulong)Math.Ceiling(Math.Pow(10, exponent));
    }

    private static void AddRdma(OciResources resources, List<CgroupWrite> writes)
    {
        foreach ((string device, OciRdma limits) in resources.Rdma ?? [])
        {
            string value = device + (limits.HcaHandles is { } handles ? " hca_handle=" + Number(handles) : "") + (limits.HcaObjects is { } objects ? " hca_object=" + Number(objects) : "");
            writes.Add(new("rdma", "rdma.max", value, Resources + "/rdma/" + device));
        }
    }

    // The spec counts memory and swap together, v2 swap alone.
    private static string SwapMax(long swap, long? limit)
    {
        if (swap < 0)
            return "max";
        if (limit is null or 0)
            throw Invalid("memory.swap is set without memory.limit: cgroup v2 limits swap alone", "/memory/swap");
        if (limit < 0)
            throw Invalid("memory.swap is set but memory.limit is unlimited", "/memory/swap");
        if (swap < limit)
            throw Invalid("memory.swap, which counts memory and swap together, is below memory.limit", "/memory/swap");
        return Number(swap - limit.Value);
    }

    private static string Limit(long value) => value < 0 ? "max" : Number(value);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);

    private static OciException Invalid(string message, string pointer) =>
        new(OciErrorCode.InvalidSpec, "linux.resources: " + message) { Step = "cgroup", SpecPointer = Resources + pointer };

    private static OciException NotHere(string pointer, string message, string? hint) =>
        new(OciErrorCode.NotSupported, "linux.resources: " + message) { Step = "cgroup", SpecPointer = Resources + "/" + pointer, Hint = hint };
}
