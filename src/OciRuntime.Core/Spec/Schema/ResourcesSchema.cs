namespace OciRuntime.Core.Spec.Schema;

/// <summary>linux.resources (config-linux.md, "Control groups").</summary>
internal static class ResourcesSchema
{
    public static void Resources(SpecFields f, OciResources r)
    {
        r.Devices = f.Objects("devices", r.Devices, DeviceRule);
        r.Memory = f.Object("memory", r.Memory, Memory);
        r.Cpu = f.Object("cpu", r.Cpu, Cpu);
        r.Pids = f.Object("pids", r.Pids, Pids);
        r.BlockIO = f.Object("blockIO", r.BlockIO, BlockIO);
        r.HugepageLimits = f.Objects("hugepageLimits", r.HugepageLimits, HugepageLimit);
        r.Network = f.Object("network", r.Network, Network);
        r.Rdma = f.ObjectMap("rdma", r.Rdma, Rdma);
        r.Unified = f.TextMap("unified", r.Unified);
    }

    private static void DeviceRule(SpecFields f, OciDeviceRule d)
    {
        d.Allow = f.Flag("allow", d.Allow, required: true);
        d.Type = f.Text("type", d.Type);
        d.Major = f.Int64("major", d.Major);
        d.Minor = f.Int64("minor", d.Minor);
        d.Access = f.Text("access", d.Access);
    }

    private static void Memory(SpecFields f, OciMemory m)
    {
        m.Limit = f.Int64("limit", m.Limit);
        m.Reservation = f.Int64("reservation", m.Reservation);
        m.Swap = f.Int64("swap", m.Swap);
        m.Kernel = f.Int64("kernel", m.Kernel);
        m.KernelTCP = f.Int64("kernelTCP", m.KernelTCP);
        m.Swappiness = f.UInt64("swappiness", m.Swappiness);
        m.DisableOOMKiller = f.OptionalFlag("disableOOMKiller", m.DisableOOMKiller);
        m.UseHierarchy = f.OptionalFlag("useHierarchy", m.UseHierarchy);
        m.CheckBeforeUpdate = f.OptionalFlag("checkBeforeUpdate", m.CheckBeforeUpdate);
    }

    private static void Cpu(SpecFields f, OciCpu c)
    {
        c.Shares = f.UInt64("shares", c.Shares);
        c.Quota = f.Int64("quota", c.Quota);
        c.Burst = f.UInt64("burst", c.Burst);
        c.Period = f.UInt64("period", c.Period);
        c.RealtimeRuntime = f.Int64("realtimeRuntime", c.RealtimeRuntime);
        c.RealtimePeriod = f.UInt64("realtimePeriod", c.RealtimePeriod);
        c.Cpus = f.Text("cpus", c.Cpus);
        c.Mems = f.Text("mems", c.Mems);
        c.Idle = f.Int64("idle", c.Idle);
    }

    // The schema requires limit; engines send an empty object for "no change".
    private static void Pids(SpecFields f, OciPids p) => p.Limit = f.Int64("limit", p.Limit);

    private static void BlockIO(SpecFields f, OciBlockIO b)
    {
        b.Weight = f.UInt16("weight", b.Weight);
        b.LeafWeight = f.UInt16("leafWeight", b.LeafWeight);
        b.WeightDevice = f.Objects("weightDevice", b.WeightDevice, WeightDevice);
        b.ThrottleReadBpsDevice = f.Objects("throttleReadBpsDevice", b.ThrottleReadBpsDevice, ThrottleDevice);
        b.ThrottleWriteBpsDevice = f.Objects("throttleWriteBpsDevice", b.ThrottleWriteBpsDevice, ThrottleDevice);
        b.ThrottleReadIOPSDevice = f.Objects("throttleReadIOPSDevice", b.ThrottleReadIOPSDevice, ThrottleDevice);
        b.ThrottleWriteIOPSDevice = f.Objects("throttleWriteIOPSDevice", b.ThrottleWriteIOPSDevice, ThrottleDevice);
    }

    private static void WeightDevice(SpecFields f, OciWeightDevice w)
    {
        w.Major = f.RequiredInt64("major", w.Major);
        w.Minor = f.RequiredInt64("minor", w.Minor);
        w.Weight = f.UInt16("weight", w.Weight);
        w.LeafWeight = f.UInt16("leafWeight", w.LeafWeight);
    }

    private static void ThrottleDevice(SpecFields f, OciThrottleDevice t)
    {
        t.Major = f.RequiredInt64("major", t.Major);
        t.Minor = f.RequiredInt64("minor", t.Minor);
        t.Rate = f.RequiredUInt64("rate", t.Rate);
    }

    private static void HugepageLimit(SpecFields f, OciHugepageLimit h)
    {
        h.PageSize = f.RequiredText("pageSize", h.PageSize);
        h.Limit = f.RequiredUInt64("limit", h.Limit);
    }

    private static void Network(SpecFields f, OciNetwork n)
    {
        n.ClassID = f.UInt32("classID", n.ClassID);
        n.Priorities = f.Objects("priorities", n.Priorities, InterfacePriority);
    }

    private static void InterfacePriority(SpecFields f, OciInterfacePriority p)
    {
        p.Name = f.RequiredText("name", p.Name);
        p.Priority = f.RequiredUInt32("priority", p.Priority);
    }

    private static void Rdma(SpecFields f, OciRdma r)
    {
        r.HcaHandles = f.UInt32("hcaHandles", r.HcaHandles);
        r.HcaObjects = f.UInt32("hcaObjects", r.HcaObjects);
    }
}
