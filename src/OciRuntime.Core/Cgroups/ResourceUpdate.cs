using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Cgroups;

/// <summary>
/// Merges changes into the present limits. A limit that is absent, or 0 where 0 means not set, stays; list entries are identified by
/// their key (a device, a page size, an interface).
/// </summary>
internal static class ResourceUpdate
{
    /// <summary>The update with the values that also have to be written because they depend on it.</summary>
    /// <param name="update">The changes.</param>
    /// <param name="former">The container's present limits.</param>
    internal static OciResources Complete(OciResources update, OciResources? former)
    {
        OciResources complete = update with
        {
            // Engines repeat the rules in every update; applying them again would undo changes by others, such as a device plugin.
            Devices = SameDevices(update.Devices, former?.Devices) ? null : update.Devices,
            Memory = update.Memory is { } asked ? Merge(null, asked) : null,
            Cpu = update.Cpu is { } time ? Merge(null, time) : null,
        };
        // The spec's swap includes memory: with a new limit the v2 value, which counts only swap, changes too.
        if (complete.Memory is { Limit: > 0, Swap: null or 0 } memory)
            memory.Swap = former?.Memory?.Swap;
        // An idle cgroup has no weight, and gets the default when it is no longer idle.
        if (complete.Cpu is { Idle: 0, Shares: null or 0 } cpu)
            cpu.Shares = former?.Cpu?.Shares;
        return complete;
    }

    /// <summary>The limits after the update.</summary>
    /// <param name="former">The present limits.</param>
    /// <param name="update">The changes.</param>
    /// <param name="writes">The writes of the update: a v2 file that was set by its name before, and by a property now, has the property's value.</param>
    internal static OciResources Merge(OciResources? former, OciResources update, IReadOnlyList<CgroupWrite> writes)
    {
        former ??= new();
        Dictionary<string, string>? unified = former.Unified is null ? null : new(former.Unified);
        foreach (CgroupWrite write in writes)
            unified?.Remove(write.File);
        foreach ((string file, string value) in update.Unified ?? [])
            (unified ??= [])[file] = value;
        return former with
        {
            Devices = update.Devices is { Count: > 0 } devices ? devices : former.Devices,
            Memory = Merge(former.Memory, update.Memory),
            Cpu = Merge(former.Cpu, update.Cpu),
            Pids = update.Pids?.Limit is null ? former.Pids : update.Pids,
            BlockIO = Merge(former.BlockIO, update.BlockIO),
            HugepageLimits = Merge(former.HugepageLimits, update.HugepageLimits, static limit => limit.PageSize),
            Network = Merge(former.Network, update.Network),
            Rdma = Merge(former.Rdma, update.Rdma),
            Unified = unified,
        };
    }

    /// <summary>The same for linux.intelRdt.</summary>
    internal static OciIntelRdt? Merge(OciIntelRdt? former, OciIntelRdt? update) => former is null || update is null ? former ?? update : former with
    {
        Schemata = update.Schemata ?? former.Schemata,
        L3CacheSchema = string.IsNullOrEmpty(update.L3CacheSchema) ? former.L3CacheSchema : update.L3CacheSchema,
        MemBwSchema = string.IsNullOrEmpty(update.MemBwSchema) ? former.MemBwSchema : update.MemBwSchema,
    };

    private static bool SameDevices(List<OciDeviceRule>? update, List<OciDeviceRule>? former)
    {
        static IEnumerable<(bool, string, long, long, string)> Values(List<OciDeviceRule>? rules) =>
            (rules ?? []).Select(static rule => (rule.Allow, rule.Type is null or "" ? "a" : rule.Type, rule.Major ?? -1, rule.Minor ?? -1, rule.Access ?? string.Empty));
        return Values(update).SequenceEqual(Values(former));
    }

    private static OciMemory? Merge(OciMemory? former, OciMemory? update) => update is null ? former : (former ?? new()) with
    {
        Limit = Set(update.Limit, former?.Limit),
        // Without a memory limit, and no word on swap, swap is unlimited too.
        Swap = update is { Limit: -1, Swap: null or 0 } && former is not null ? -1 : Set(update.Swap, former?.Swap),
        Reservation = Set(update.Reservation, former?.Reservation),
        Swappiness = update.Swappiness ?? former?.Swappiness,
        DisableOOMKiller = update.DisableOOMKiller ?? former?.DisableOOMKiller,
        CheckBeforeUpdate = update.CheckBeforeUpdate ?? former?.CheckBeforeUpdate,
    };

    private static OciCpu? Merge(OciCpu? former, OciCpu? update) => update is null ? former : (former ?? new()) with
    {
        Shares = Set(update.Shares, former?.Shares),
        Quota = Set(update.Quota, former?.Quota),
        Period = Set(update.Period, former?.Period),
        Burst = update.Burst ?? former?.Burst,
        RealtimeRuntime = Set(update.RealtimeRuntime, former?.RealtimeRuntime),
        RealtimePeriod = Set(update.RealtimePeriod, former?.RealtimePeriod),
        Cpus = string.IsNullOrEmpty(update.Cpus) ? former?.Cpus : update.Cpus,
        Mems = string.IsNullOrEmpty(update.Mems) ? former?.Mems : update.Mems,
        Idle = update.Idle ?? former?.Idle,
    };

    private static OciNetwork? Merge(OciNetwork? former, OciNetwork? update) => update is null ? former : (former ?? new()) with
    {
        ClassID = update.ClassID is null or 0 ? former?.ClassID : update.ClassID,
        Priorities = Merge(former?.Priorities, update.Priorities, static priority => priority.Name),
    };

    private static OciBlockIO? Merge(OciBlockIO? former, OciBlockIO? update) => update is null ? former : (former ?? new()) with
    {
        Weight = update.Weight is null or 0 ? former?.Weight : update.Weight,
        LeafWeight = update.LeafWeight is null or 0 ? former?.LeafWeight : update.LeafWeight,
        WeightDevice = MergeWeights(former?.WeightDevice, update.WeightDevice),
        ThrottleReadBpsDevice = Merge(former?.ThrottleReadBpsDevice, update.ThrottleReadBpsDevice, static device => (device.Major, device.Minor)),
        ThrottleWriteBpsDevice = Merge(former?.ThrottleWriteBpsDevice, update.ThrottleWriteBpsDevice, static device => (device.Major, device.Minor)),
        ThrottleReadIOPSDevice = Merge(former?.ThrottleReadIOPSDevice, update.ThrottleReadIOPSDevice, static device => (device.Major, device.Minor)),
        ThrottleWriteIOPSDevice = Merge(former?.ThrottleWriteIOPSDevice, update.ThrottleWriteIOPSDevice, static device => (device.Major, device.Minor)),
    };

    private static List<OciWeightDevice>? MergeWeights(List<OciWeightDevice>? former, List<OciWeightDevice>? update) => Merge(
        former,
        update?.ConvertAll(device => former?.FindLast(other => other.Major == device.Major && other.Minor == device.Minor) is { } old
            ? device with { Weight = device.Weight ?? old.Weight, LeafWeight = device.LeafWeight ?? old.LeafWeight }
            : device),
        static device => (device.Major, device.Minor));

    private static Dictionary<string, OciRdma>? Merge(Dictionary<string, OciRdma>? former, Dictionary<string, OciRdma>? update)
    {
        if (update is null || former is null)
            return update ?? former;
        var merged = new Dictionary<string, OciRdma>(former);
        foreach ((string device, OciRdma limits) in update)
        {
            OciRdma? old = former.GetValueOrDefault(device);
            merged[device] = (old ?? new()) with { HcaHandles = limits.HcaHandles ?? old?.HcaHandles, HcaObjects = limits.HcaObjects ?? old?.HcaObjects };
        }

        return merged;
    }

    private static List<T>? Merge<T, TKey>(List<T>? former, List<T>? update, Func<T, TKey> key)
    {
        if (update is null || former is null)
            return update ?? former;
        HashSet<TKey> changed = [.. update.Select(key)];
        return [.. former.Where(item => !changed.Contains(key(item))), .. update];
    }

    private static long? Set(long? value, long? otherwise) => value is null or 0 ? otherwise : value;

    private static ulong? Set(ulong? value, ulong? otherwise) => value is null or 0 ? otherwise : value;
}
