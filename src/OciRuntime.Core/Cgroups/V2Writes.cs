using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Schema;
using OciRuntime.Core.Spec.Validation;

namespace OciRuntime.Core.Cgroups;

/// <summary>linux.resources, which speaks v1, as the files of the unified hierarchy.</summary>
internal static class V2Writes
{
    /// <summary>cpu.shares (2..262144) to cpu.weight (1..10000): the curve of runc and crun through (2, 1), (1024, 100), (262144, 10000).</summary>
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

    internal static void AddMemory(WriteList list, OciMemory memory)
    {
        if (memory.Swappiness is not null)
            throw WriteList.NotHere("cgroup v2 has no swappiness", "/memory/swappiness");
        if (memory.DisableOOMKiller == true)
            throw WriteList.NotHere("cgroup v2 can't disable the OOM killer", "/memory/disableOOMKiller");
        long limit = memory.Limit ?? 0, swap = memory.Swap ?? 0;
        if (swap != 0 || limit == -1)
        {
            string value = SwapMax(swap, limit);
            // Without swap in the kernel there is none to allow or to forbid.
            list.Add("memory", "memory.swap.max", value, swap != 0 ? "/memory/swap" : "/memory/limit", optional: value is "max" or "0");
        }

        if (limit != 0)
            list.Add("memory", "memory.max", Max(limit), "/memory/limit");
        if (memory.Reservation is { } reservation && reservation != 0)
            list.Add("memory", "memory.low", Max(reservation), "/memory/reservation");
    }

    // The spec counts memory and swap together, v2 swap alone.
    private static string SwapMax(long swap, long limit)
    {
        if (swap < 0 || (swap == 0 && limit == -1))
            return "max";
        if (limit < 0)
            return WriteList.Number(swap); // nothing to take away
        if (limit == 0)
            throw WriteList.Invalid("memory.swap is set without memory.limit: cgroup v2 limits swap alone", "/memory/swap");
        if (swap < limit)
            throw WriteList.Invalid("memory.swap, which counts memory and swap together, is below memory.limit", "/memory/swap");
        return WriteList.Number(swap - limit);
    }

    internal static void AddCpu(WriteList list, OciCpu cpu)
    {
        if ((cpu.RealtimePeriod ?? 0) != 0)
            throw WriteList.NotHere("cgroup v2 has no realtime limits", "/cpu/realtimePeriod");
        if ((cpu.RealtimeRuntime ?? 0) != 0)
            throw WriteList.NotHere("cgroup v2 has no realtime limits", "/cpu/realtimeRuntime");
        if (cpu.Idle is { } idle)
            list.Add("cpu", "cpu.idle", WriteList.Number(idle), "/cpu/idle");
        if (cpu.Shares is { } shares && shares != 0 && cpu.Idle is not 1) // an idle cgroup takes no weight
            list.Add("cpu", "cpu.weight", WriteList.Number(Weight(shares)), "/cpu/shares");
        long quota = cpu.Quota ?? 0;
        ulong period = cpu.Period ?? 0;
        if (quota != 0 || period != 0)
        {
            string share = quota > 0 ? WriteList.Number(quota) : "max";
            list.Add("cpu", "cpu.max", period != 0 ? $"{share} {WriteList.Number(period)}" : share, quota != 0 ? "/cpu/quota" : "/cpu/period");
        }

        if (cpu.Burst is { } burst)
            list.Add("cpu", "cpu.max.burst", WriteList.Number(burst), "/cpu/burst");
    }

    // BFQ keeps v1's scale in a file of its own; io.weight has 1..10000 for 10..1000, linearly, in every runtime.
    internal static void AddBlockIO(WriteList list, OciBlockIO io)
    {
        if (io.LeafWeight is not (null or 0))
            throw WriteList.NotHere("cgroup v2 has no leaf weight", "/blockIO/leafWeight");
        if (io.Weight is { } weight && weight != 0)
            list.Add("io", "io.bfq.weight", WriteList.Number(weight), "/blockIO/weight", "io.weight", "default " + IoWeight(weight));
        for (int i = 0; i < io.WeightDevice?.Count; i++)
        {
            OciWeightDevice device = io.WeightDevice[i];
            string pointer = SpecPointer.Item("/blockIO/weightDevice", i);
            if (device.LeafWeight is not (null or 0))
                throw WriteList.NotHere("cgroup v2 has no leaf weight", pointer + "/leafWeight");
            if (device.Weight is { } own && own != 0)
            {
                string node = $"{WriteList.Number(device.Major)}:{WriteList.Number(device.Minor)} ";
                list.Add("io", "io.bfq.weight", node + WriteList.Number(own), pointer, "io.weight", node + IoWeight(own));
            }
        }

        AddThrottles(list, io.ThrottleReadBpsDevice, "rbps", "/blockIO/throttleReadBpsDevice");
        AddThrottles(list, io.ThrottleWriteBpsDevice, "wbps", "/blockIO/throttleWriteBpsDevice");
        AddThrottles(list, io.ThrottleReadIOPSDevice, "riops", "/blockIO/throttleReadIOPSDevice");
        AddThrottles(list, io.ThrottleWriteIOPSDevice, "wiops", "/blockIO/throttleWriteIOPSDevice");
    }

    private static string IoWeight(ushort weight) => WriteList.Number(1 + ((weight - 10L) * 9999 / 990));

    private static void AddThrottles(WriteList list, List<OciThrottleDevice>? devices, string key, string pointer)
    {
        for (int i = 0; i < devices?.Count; i++)
        {
            OciThrottleDevice device = devices[i];
            string rate = device.Rate == 0 ? "max" : WriteList.Number(device.Rate);
            list.Add("io", "io.max", $"{WriteList.Number(device.Major)}:{WriteList.Number(device.Minor)} {key}={rate}", SpecPointer.Item(pointer, i));
        }
    }

    internal static void AddHugepages(WriteList list, List<OciHugepageLimit> limits) => list.AddHugepages(limits, "max");

    internal static void RefuseNetwork(WriteList list, OciNetwork network)
    {
        if (network is { ClassID: not (null or 0) } or { Priorities.Count: > 0 })
            throw WriteList.NotHere("cgroup v2 has no net_cls and net_prio", "/network");
    }

    internal static void AddUnified(WriteList list, string file, string value)
    {
        string pointer = SpecPointer.Property("/unified", file);
        if (ResourceRules.UnifiedProblem(file) is { } problem)
            throw WriteList.Invalid("unified: " + problem, pointer);
        string controller = file[..file.IndexOf('.', StringComparison.Ordinal)];
        // Some files take a line a write (io.max).
        foreach (string line in value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            list.Add(controller == "cgroup" ? string.Empty : controller, file, line, pointer);
    }

    private static string Max(long value) => value < 0 ? "max" : WriteList.Number(value);
}
