using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Cgroups;

/// <summary>linux.resources as the files of the v1 controllers.</summary>
internal static class V1Writes
{
    // 0 means not set, as in runc. The kernel has dropped kernel memory limits; they are accepted without effect.
    internal static void AddMemory(WriteList list, OciMemory memory)
    {
        long limit = memory.Limit ?? 0, swap = memory.Swap ?? 0;
        // Unlimited memory means unlimited swap too, if swap is accounted. memsw is never below the limit, so it is raised first.
        if (swap == -1 || (limit == -1 && swap == 0))
            list.Add("memory", "memory.memsw.limit_in_bytes", "-1", swap == -1 ? "/memory/swap" : "/memory/limit", optional: true);
        if (limit != 0)
            list.Add("memory", "memory.limit_in_bytes", WriteList.Number(limit), "/memory/limit");
        if (swap is not (0 or -1))
            list.Add("memory", "memory.memsw.limit_in_bytes", WriteList.Number(swap), "/memory/swap");
        if (memory.Reservation is { } reservation && reservation != 0)
            list.Add("memory", "memory.soft_limit_in_bytes", WriteList.Number(reservation), "/memory/reservation");
        if (memory.Swappiness is { } swappiness)
        {
            if (swappiness > 100)
                throw WriteList.Invalid($"memory.swappiness is {swappiness}, more than 100", "/memory/swappiness");
            list.Add("memory", "memory.swappiness", WriteList.Number(swappiness), "/memory/swappiness");
        }

        if (memory.DisableOOMKiller == true)
            list.Add("memory", "memory.oom_control", "1", "/memory/disableOOMKiller");
    }

    internal static void AddCpu(WriteList list, OciCpu cpu)
    {
        if (ResourceValues.Shares(cpu) is { } shares)
            list.Add("cpu", "cpu.shares", WriteList.Number(shares), "/cpu/shares");
        if (cpu.Period is { } period && period != 0)
            list.Add("cpu", "cpu.cfs_period_us", WriteList.Number(period), "/cpu/period");
        if (cpu.Quota is { } quota && quota != 0)
            list.Add("cpu", "cpu.cfs_quota_us", WriteList.Number(quota), "/cpu/quota");
        if (cpu.Burst is { } burst)
            list.Add("cpu", "cpu.cfs_burst_us", WriteList.Number(burst), "/cpu/burst");
        if (cpu.Idle is { } idle)
            list.Add("cpu", "cpu.idle", WriteList.Number(idle), "/cpu/idle");
        if (cpu.RealtimePeriod is { } realtimePeriod && realtimePeriod != 0)
            list.Add("cpu", "cpu.rt_period_us", WriteList.Number(realtimePeriod), "/cpu/realtimePeriod");
        if (cpu.RealtimeRuntime is { } realtimeRuntime && realtimeRuntime != 0)
            list.Add("cpu", "cpu.rt_runtime_us", WriteList.Number(realtimeRuntime), "/cpu/realtimeRuntime");
    }

    // The file depends on the I/O scheduler: BFQ has its own.
    internal static void AddBlockIO(WriteList list, OciBlockIO io)
    {
        if (io.Weight is { } weight && weight != 0)
            list.Add("blkio", "blkio.weight", WriteList.Number(weight), "/blockIO/weight", "blkio.bfq.weight", WriteList.Number(weight));
        if (io.LeafWeight is { } leafWeight && leafWeight != 0)
            list.Add("blkio", "blkio.leaf_weight", WriteList.Number(leafWeight), "/blockIO/leafWeight", "blkio.bfq.leaf_weight", WriteList.Number(leafWeight));
        for (int i = 0; i < io.WeightDevice?.Count; i++)
        {
            OciWeightDevice device = io.WeightDevice[i];
            string node = $"{WriteList.Number(device.Major)}:{WriteList.Number(device.Minor)} ", pointer = SpecPointer.Item("/blockIO/weightDevice", i);
            if (device.Weight is { } own && own != 0)
                list.Add("blkio", "blkio.weight_device", node + WriteList.Number(own), pointer, "blkio.bfq.weight_device", node + WriteList.Number(own));
            if (device.LeafWeight is { } leaf && leaf != 0)
                list.Add("blkio", "blkio.leaf_weight_device", node + WriteList.Number(leaf), pointer, "blkio.bfq.leaf_weight_device", node + WriteList.Number(leaf));
        }

        AddThrottles(list, io.ThrottleReadBpsDevice, "blkio.throttle.read_bps_device", "/blockIO/throttleReadBpsDevice");
        AddThrottles(list, io.ThrottleWriteBpsDevice, "blkio.throttle.write_bps_device", "/blockIO/throttleWriteBpsDevice");
        AddThrottles(list, io.ThrottleReadIOPSDevice, "blkio.throttle.read_iops_device", "/blockIO/throttleReadIOPSDevice");
        AddThrottles(list, io.ThrottleWriteIOPSDevice, "blkio.throttle.write_iops_device", "/blockIO/throttleWriteIOPSDevice");
    }

    internal static void AddHugepages(WriteList list, List<OciHugepageLimit> limits) => list.AddHugepages(limits, "limit_in_bytes");

    private static void AddThrottles(WriteList list, List<OciThrottleDevice>? devices, string file, string pointer)
    {
        for (int i = 0; i < devices?.Count; i++)
        {
            OciThrottleDevice device = devices[i];
            list.Add("blkio", file, $"{WriteList.Number(device.Major)}:{WriteList.Number(device.Minor)} {WriteList.Number(device.Rate)}", SpecPointer.Item(pointer, i));
        }
    }

    internal static void AddNetwork(WriteList list, OciNetwork network)
    {
        if (network.ClassID is { } classId && classId != 0)
            list.Add("net_cls", "net_cls.classid", WriteList.Number(classId), "/network/classID");
        for (int i = 0; i < network.Priorities?.Count; i++)
        {
            OciInterfacePriority priority = network.Priorities[i];
            list.Add("net_prio", "net_prio.ifpriomap", $"{priority.Name} {WriteList.Number(priority.Priority)}", SpecPointer.Item("/network/priorities", i));
        }
    }
}
