using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Schema;
using OciRuntime.Core.Spec.Validation;

namespace OciRuntime.Core.Cgroups;

/// <summary>linux.resources, which is worded for v1, as the files of the unified hierarchy.</summary>
internal static class V2Writes
{
    internal static void AddMemory(WriteList list, OciMemory memory)
    {
        if (memory.Swappiness is not null)
            throw WriteList.NotHere("cgroup v2 has no swappiness", "/memory/swappiness");
        if (memory.DisableOOMKiller == true)
            throw WriteList.NotHere("cgroup v2 can't disable the OOM killer", "/memory/disableOOMKiller");
        // A kernel without swap has none to allow or to forbid.
        if (ResourceValues.SwapMax(memory) is { } swap)
            list.Add("memory", "memory.swap.max", WriteList.Max(swap), memory.Swap is null or 0 ? "/memory/limit" : "/memory/swap", optional: swap <= 0);
        if (memory.Limit is { } limit && limit != 0)
            list.Add("memory", "memory.max", WriteList.Max(limit), "/memory/limit");
        if (memory.Reservation is { } reservation && reservation != 0)
            list.Add("memory", "memory.low", WriteList.Max(reservation), "/memory/reservation");
    }

    internal static void AddCpu(WriteList list, OciCpu cpu)
    {
        if ((cpu.RealtimePeriod ?? 0) != 0)
            throw WriteList.NotHere("cgroup v2 has no realtime limits", "/cpu/realtimePeriod");
        if ((cpu.RealtimeRuntime ?? 0) != 0)
            throw WriteList.NotHere("cgroup v2 has no realtime limits", "/cpu/realtimeRuntime");
        if (cpu.Idle is { } idle)
            list.Add("cpu", "cpu.idle", WriteList.Number(idle), "/cpu/idle");
        if (ResourceValues.Shares(cpu) is { } shares)
            list.Add("cpu", "cpu.weight", WriteList.Number(ResourceValues.Weight(shares)), "/cpu/shares");
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

    // BFQ has a file of its own with the scale of v1.
    internal static void AddBlockIO(WriteList list, OciBlockIO io)
    {
        if (io.LeafWeight is not (null or 0))
            throw WriteList.NotHere("cgroup v2 has no leaf weight", "/blockIO/leafWeight");
        if (io.Weight is { } weight && weight != 0)
            list.Add("io", "io.bfq.weight", WriteList.Number(weight), "/blockIO/weight", "io.weight", "default " + IOWeight(weight));
        for (int i = 0; i < io.WeightDevice?.Count; i++)
        {
            OciWeightDevice device = io.WeightDevice[i];
            string pointer = SpecPointer.Item("/blockIO/weightDevice", i);
            if (device.LeafWeight is not (null or 0))
                throw WriteList.NotHere("cgroup v2 has no leaf weight", pointer + "/leafWeight");
            if (device.Weight is { } own && own != 0)
            {
                string node = $"{WriteList.Number(device.Major)}:{WriteList.Number(device.Minor)} ";
                list.Add("io", "io.bfq.weight", node + WriteList.Number(own), pointer, "io.weight", node + IOWeight(own));
            }
        }

        AddThrottles(list, io.ThrottleReadBpsDevice, "rbps", "/blockIO/throttleReadBpsDevice");
        AddThrottles(list, io.ThrottleWriteBpsDevice, "wbps", "/blockIO/throttleWriteBpsDevice");
        AddThrottles(list, io.ThrottleReadIOPSDevice, "riops", "/blockIO/throttleReadIOPSDevice");
        AddThrottles(list, io.ThrottleWriteIOPSDevice, "wiops", "/blockIO/throttleWriteIOPSDevice");
    }

    private static string IOWeight(ushort weight) => WriteList.Number(ResourceValues.IOWeight(weight));

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
        // Some files accept only one line per write (io.max).
        foreach (string line in value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            list.Add(controller == "cgroup" ? string.Empty : controller, file, line, pointer);
    }
}
