using System.Globalization;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Systemd;

/// <summary>
/// linux.resources as properties of the unit, in addition to the kernel's files: systemd rewrites its own values when it is reloaded, and would
/// undo limits that it does not know (systemd.resource-control(5)). It leaves alone what it has no property for.
/// </summary>
internal static class UnitProperties
{
    private const int KnowsIdle = 252;

    /// <summary>For the unified hierarchy.</summary>
    /// <param name="resources">linux.resources.</param>
    /// <param name="version">Version of systemd.</param>
    internal static List<UnitProperty> OfV2(OciResources resources, int version)
    {
        var list = new PropertyList(version);
        bool idle = version >= KnowsIdle && (resources.Cpu?.Idle == 1 || UnifiedProperties.IsIdle(resources.Unified));
        if (idle)
            list.Add("CPUWeight", 0);
        if (resources.Memory is { } memory)
            AddMemory(list, memory);
        if (resources.Cpu is { } cpu)
        {
            if (!idle && ResourceValues.Shares(cpu) is { } shares)
                list.Add("CPUWeight", ResourceValues.Weight(shares));
            list.Bandwidth(cpu);
            AddCpuset(list, cpu);
        }

        AddPids(list, resources.Pids);
        if (resources.BlockIO is { } io)
            AddIO(list, io);
        // Last: settings in v2's own terms override translated ones.
        UnifiedProperties.Add(list, resources.Unified, idle);
        return list.Properties;
    }

    /// <summary>For the v1 controllers.</summary>
    /// <param name="resources">linux.resources.</param>
    /// <param name="isUnified">The controller is bound to the unified hierarchy: on a hybrid layout systemd does not look for it there.</param>
    /// <param name="version">Version of systemd.</param>
    internal static List<UnitProperty> OfV1(OciResources resources, Func<string, bool> isUnified, int version)
    {
        var list = new PropertyList(version);
        OciCpu? cpu = isUnified("cpu") ? null : resources.Cpu;
        if (resources.Memory?.Limit is { } limit && limit != 0 && !isUnified("memory"))
            list.Limit("MemoryLimit", limit);
        if (cpu is not null && ResourceValues.Shares(cpu) is { } shares)
            list.Add("CPUShares", shares);
        if (resources.Cpu is { } set && !isUnified("cpuset"))
            AddCpuset(list, set);
        AddPids(list, isUnified("pids") ? null : resources.Pids);
        if (resources.BlockIO is { } io && !isUnified("blkio") && !isUnified("io"))
            AddBlockIO(list, io);
        if (cpu is not null)
            list.Bandwidth(cpu);
        return list.Properties;
    }

    private static void AddMemory(PropertyList list, OciMemory memory)
    {
        if (ResourceValues.SwapMax(memory) is { } swap)
            list.Limit("MemorySwapMax", swap);
        if (memory.Limit is { } limit && limit != 0)
            list.Limit("MemoryMax", limit);
        if (memory.Reservation is { } reservation && reservation != 0)
            list.Limit("MemoryLow", reservation);
    }

    private static void AddCpuset(PropertyList list, OciCpu cpu)
    {
        list.Numbers("AllowedCPUs", cpu.Cpus);
        list.Numbers("AllowedMemoryNodes", cpu.Mems);
    }

    private static void AddPids(PropertyList list, OciPids? pids)
    {
        if (pids?.Limit is { } limit)
            list.Limit("TasksMax", ResourceValues.PidsMax(limit));
    }

    private static void AddIO(PropertyList list, OciBlockIO io)
    {
        if (io.Weight is { } weight && weight != 0)
            list.Limit("IOWeight", ResourceValues.IOWeight(weight));
        foreach (OciWeightDevice device in io.WeightDevice ?? [])
        {
            if (device.Weight is { } own && own != 0)
                list.Device("IODeviceWeight", Numbers(device.Major, device.Minor), PropertyList.Limit(ResourceValues.IOWeight(own)));
        }

        AddRates(list, "IOReadBandwidthMax", io.ThrottleReadBpsDevice, unset: UnitProperty.Infinity);
        AddRates(list, "IOWriteBandwidthMax", io.ThrottleWriteBpsDevice, unset: UnitProperty.Infinity);
        AddRates(list, "IOReadIOPSMax", io.ThrottleReadIOPSDevice, unset: UnitProperty.Infinity);
        AddRates(list, "IOWriteIOPSMax", io.ThrottleWriteIOPSDevice, unset: UnitProperty.Infinity);
    }

    private static void AddBlockIO(PropertyList list, OciBlockIO io)
    {
        if (io.Weight is { } weight && weight != 0)
            list.Add("BlockIOWeight", weight);
        foreach (OciWeightDevice device in io.WeightDevice ?? [])
            list.Device("BlockIODeviceWeight", Numbers(device.Major, device.Minor), device.Weight ?? 0);
        AddRates(list, "BlockIOReadBandwidth", io.ThrottleReadBpsDevice, unset: 0);
        AddRates(list, "BlockIOWriteBandwidth", io.ThrottleWriteBpsDevice, unset: 0);
    }

    private static void AddRates(PropertyList list, string name, List<OciThrottleDevice>? devices, ulong unset)
    {
        foreach (OciThrottleDevice device in devices ?? [])
            list.Device(name, Numbers(device.Major, device.Minor), device.Rate == 0 ? unset : device.Rate);
    }

    private static string Numbers(long major, long minor) => string.Create(CultureInfo.InvariantCulture, $"{major}:{minor}");
}
