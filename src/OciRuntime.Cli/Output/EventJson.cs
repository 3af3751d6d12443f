using System.Buffers;
using System.Text.Json;
using OciRuntime.Core.Cgroups.Statistics;
using OciRuntime.Core.Observe;

namespace OciRuntime.Cli.Output;

/// <summary>
/// What <c>events</c> prints: one object per line, with the names of runc's types/events.go, which has v1's structure on v2 too. As there, zeros are left out, unless
/// a reader needs them. <c>rdma</c> is our own addition.
/// </summary>
internal static class EventJson
{
    internal static byte[] OutOfMemory(string id) => Line("oom", id, null);

    internal static byte[] Of(ContainerStatistics statistics) => Line("stats", statistics.Id, json =>
    {
        json.WriteStartObject("data"u8);
        CgroupStatistics cgroup = statistics.Cgroup;
        Cpu(json, cgroup.Cpu ?? new());
        Cpuset(json, cgroup.Cpuset ?? new());
        Memory(json, cgroup.Memory ?? new());
        json.WriteStartObject("pids"u8);
        Unless0(json, "current"u8, cgroup.Pids?.Current ?? 0);
        Unless0(json, "limit"u8, cgroup.Pids?.Limit ?? 0);
        json.WriteEndObject();
        Blkio(json, cgroup.Io ?? new());
        json.WriteStartObject("hugetlb"u8);
        foreach ((string size, HugePageStatistics pages) in cgroup.HugePages.OrderBy(static page => page.Key, StringComparer.Ordinal))
        {
            json.WriteStartObject(size);
            Unless0(json, "usage"u8, pages.Usage);
            Unless0(json, "max"u8, pages.Peak);
            json.WriteNumber("failcnt"u8, pages.Failures);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        ResctrlJson.Write(json, statistics.Resctrl);
        Rdma(json, cgroup.Rdma);
        Interfaces(json, statistics.Network);
        json.WriteEndObject();
    });

    private static byte[] Line(string type, string id, Action<Utf8JsonWriter>? data)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, ContainerJson.Compact))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, type);
            json.WriteString("id"u8, id);
            data?.Invoke(json);
            json.WriteEndObject();
        }
        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static void Cpu(Utf8JsonWriter json, CpuStatistics cpu)
    {
        json.WriteStartObject("cpu"u8);
        if (cpu.Total + cpu.User + cpu.Kernel > 0 || cpu.PerCpu.Count > 0)
        {
            json.WriteStartObject("usage"u8);
            Unless0(json, "total"u8, cpu.Total);
            Numbers(json, "percpu"u8, cpu.PerCpu);
            Numbers(json, "percpu_kernel"u8, cpu.PerCpuKernel);
            Numbers(json, "percpu_user"u8, cpu.PerCpuUser);
            json.WriteNumber("kernel"u8, cpu.Kernel);
            json.WriteNumber("user"u8, cpu.User);
            json.WriteEndObject();
        }
        if (cpu.Periods + cpu.ThrottledPeriods + cpu.ThrottledTime > 0)
        {
            json.WriteStartObject("throttling"u8);
            Unless0(json, "periods"u8, cpu.Periods);
            Unless0(json, "throttledPeriods"u8, cpu.ThrottledPeriods);
            Unless0(json, "throttledTime"u8, cpu.ThrottledTime);
            json.WriteEndObject();
        }
        Pressure(json, cpu.Pressure);
        json.WriteEndObject();
    }

    private static void Cpuset(Utf8JsonWriter json, CpusetStatistics cpuset)
    {
        json.WriteStartObject("cpuset"u8);
        Numbers(json, "cpus"u8, [.. cpuset.Cpus.Select(static cpu => (ulong)cpu)]);
        json.WriteNumber("cpu_exclusive"u8, cpuset.CpuExclusive);
        Numbers(json, "mems"u8, [.. cpuset.Mems.Select(static node => (ulong)node)]);
        json.WriteNumber("mem_hardwall"u8, cpuset.MemHardwall);
        json.WriteNumber("mem_exclusive"u8, cpuset.MemExclusive);
        json.WriteNumber("memory_migrate"u8, cpuset.MemoryMigrate);
        json.WriteNumber("memory_spread_page"u8, cpuset.MemorySpreadPage);
        json.WriteNumber("memory_spread_slab"u8, cpuset.MemorySpreadSlab);
        json.WriteNumber("memory_pressure"u8, cpuset.MemoryPressure);
        json.WriteNumber("sched_load_balance"u8, cpuset.SchedLoadBalance);
        json.WriteNumber("sched_relax_domain_level"u8, cpuset.SchedRelaxDomainLevel);
        json.WriteEndObject();
    }

    private static void Memory(Utf8JsonWriter json, MemoryStatistics memory)
    {
        json.WriteStartObject("memory"u8);
        Unless0(json, "cache"u8, memory.Cache);
        Counter(json, "usage"u8, memory.Usage);
        Counter(json, "swap"u8, memory.Swap);
        Counter(json, "kernel"u8, memory.Kernel);
        Counter(json, "kernelTCP"u8, memory.KernelTcp);
        if (memory.Raw.Count > 0)
        {
            json.WriteStartObject("raw"u8);
            foreach ((string key, ulong value) in memory.Raw.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
                json.WriteNumber(key, value);
            json.WriteEndObject();
        }
        Pressure(json, memory.Pressure);
        json.WriteEndObject();
    }

    private static void Counter(Utf8JsonWriter json, ReadOnlySpan<byte> name, MemoryCounter counter)
    {
        if (counter == default)
            return;
        json.WriteStartObject(name);
        json.WriteNumber("limit"u8, counter.Limit);
        Unless0(json, "usage"u8, counter.Usage);
        Unless0(json, "max"u8, counter.Peak);
        json.WriteNumber("failcnt"u8, counter.Failures);
        json.WriteEndObject();
    }

    private static void Blkio(Utf8JsonWriter json, IoStatistics io)
    {
        json.WriteStartObject("blkio"u8);
        Entries(json, "ioServiceBytesRecursive"u8, io.ServiceBytes);
        Entries(json, "ioServicedRecursive"u8, io.Serviced);
        Entries(json, "ioQueueRecursive"u8, io.Queued);
        Entries(json, "ioServiceTimeRecursive"u8, io.ServiceTime);
        Entries(json, "ioWaitTimeRecursive"u8, io.WaitTime);
        Entries(json, "ioMergedRecursive"u8, io.Merged);
        Entries(json, "ioTimeRecursive"u8, io.Time);
        Entries(json, "sectorsRecursive"u8, io.Sectors);
        Pressure(json, io.Pressure);
        json.WriteEndObject();
    }

    private static void Entries(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<IoEntry> entries)
    {
        if (entries.Count == 0)
            return;
        json.WriteStartArray(name);
        foreach (IoEntry entry in entries)
        {
            json.WriteStartObject();
            Unless0(json, "major"u8, entry.Major);
            Unless0(json, "minor"u8, entry.Minor);
            if (entry.Operation.Length > 0)
                json.WriteString("op"u8, entry.Operation);
            Unless0(json, "value"u8, entry.Value);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Pressure(Utf8JsonWriter json, PressureStall? pressure)
    {
        if (pressure is null)
            return;
        json.WriteStartObject("psi"u8);
        Share(json, "some"u8, pressure.Some);
        Share(json, "full"u8, pressure.Full);
        json.WriteEndObject();
    }

    private static void Share(Utf8JsonWriter json, ReadOnlySpan<byte> name, PressureShare share)
    {
        if (share == default)
            return;
        json.WriteStartObject(name);
        json.WriteNumber("avg10"u8, share.Average10);
        json.WriteNumber("avg60"u8, share.Average60);
        json.WriteNumber("avg300"u8, share.Average300);
        json.WriteNumber("total"u8, share.Total);
        json.WriteEndObject();
    }

    private static void Rdma(Utf8JsonWriter json, IReadOnlyList<RdmaStatistics> devices)
    {
        if (devices.Count == 0)
            return;
        json.WriteStartArray("rdma"u8);
        foreach (RdmaStatistics device in devices)
        {
            json.WriteStartObject();
            json.WriteString("device"u8, device.Device);
            json.WriteNumber("hcaHandles"u8, device.Handles);
            json.WriteNumber("hcaObjects"u8, device.Objects);
            if (device.HandleLimit is { } handles)
                json.WriteNumber("hcaHandlesLimit"u8, handles);
            if (device.ObjectLimit is { } objects)
                json.WriteNumber("hcaObjectsLimit"u8, objects);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    // A structure without JSON names in Go: its field names.
    private static void Interfaces(Utf8JsonWriter json, IReadOnlyList<NetworkStatistics>? interfaces)
    {
        if (interfaces is not { Count: > 0 })
        {
            json.WriteNull("network_interfaces"u8);
            return;
        }
        json.WriteStartArray("network_interfaces"u8);
        foreach (NetworkStatistics one in interfaces)
        {
            json.WriteStartObject();
            json.WriteString("Name"u8, one.Name);
            json.WriteNumber("RxBytes"u8, one.ReceivedBytes);
            json.WriteNumber("RxPackets"u8, one.ReceivedPackets);
            json.WriteNumber("RxErrors"u8, one.ReceivedErrors);
            json.WriteNumber("RxDropped"u8, one.ReceivedDropped);
            json.WriteNumber("TxBytes"u8, one.SentBytes);
            json.WriteNumber("TxPackets"u8, one.SentPackets);
            json.WriteNumber("TxErrors"u8, one.SentErrors);
            json.WriteNumber("TxDropped"u8, one.SentDropped);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    internal static void Unless0(Utf8JsonWriter json, ReadOnlySpan<byte> name, ulong value)
    {
        if (value != 0)
            json.WriteNumber(name, value);
    }

    private static void Numbers(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<ulong> numbers)
    {
        if (numbers.Count == 0)
            return;
        json.WriteStartArray(name);
        foreach (ulong number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
