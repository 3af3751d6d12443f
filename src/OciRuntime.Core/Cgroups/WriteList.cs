using System.Globalization;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Cgroups;

/// <summary>Collects writes in order, and has the code that v1 and v2 share.</summary>
internal sealed class WriteList
{
    internal const string Resources = "/linux/resources";

    public List<CgroupWrite> Writes { get; } = [];

    public void Add(string controller, string file, string value, string pointer, bool optional = false) =>
        Writes.Add(new(controller, file, value, Resources + pointer) { Optional = optional });

    /// <summary>Adds a write with a second file for kernels that lack the first.</summary>
    public void Add(string controller, string file, string value, string pointer, string otherFile, string otherValue) =>
        Writes.Add(new(controller, file, value, Resources + pointer) { Otherwise = new(controller, otherFile, otherValue, Resources + pointer) });

    public static void AddCpuset(WriteList list, OciCpu cpu)
    {
        if (!string.IsNullOrEmpty(cpu.Cpus))
            list.Add("cpuset", "cpuset.cpus", cpu.Cpus, "/cpu/cpus");
        if (!string.IsNullOrEmpty(cpu.Mems))
            list.Add("cpuset", "cpuset.mems", cpu.Mems, "/cpu/mems");
    }

    public static void AddPids(WriteList list, OciPids pids)
    {
        if (pids.Limit is { } limit)
            list.Add("pids", "pids.max", Max(ResourceValues.PidsMax(limit)), "/pids/limit");
    }

    /// <summary>Limits used and reserved pages (Linux 5.7): a reservation above the limit then fails, instead of the process being killed later.</summary>
    public void AddHugepages(List<OciHugepageLimit> limits, string suffix)
    {
        for (int i = 0; i < limits.Count; i++)
        {
            string pointer = SpecPointer.Item("/hugepageLimits", i);
            Add("hugetlb", FileName($"hugetlb.{limits[i].PageSize}.{suffix}", pointer + "/pageSize"), Number(limits[i].Limit), pointer);
            Add("hugetlb", $"hugetlb.{limits[i].PageSize}.rsvd.{suffix}", Number(limits[i].Limit), pointer, optional: true);
        }
    }

    public static void AddRdma(WriteList list, Dictionary<string, OciRdma> devices)
    {
        foreach ((string device, OciRdma limits) in devices)
        {
            string handles = limits.HcaHandles is { } h ? " hca_handle=" + Number(h) : "";
            string objects = limits.HcaObjects is { } o ? " hca_object=" + Number(o) : "";
            list.Add("rdma", "rdma.max", device + handles + objects, SpecPointer.Property("/rdma", device));
        }
    }

    /// <summary>Checks that a name stays in the cgroup's own directory.</summary>
    public static string FileName(string name, string pointer) => name.AsSpan().IndexOfAny('/', '\0') < 0
        ? name
        : throw Invalid($"\"{name}\" is not a file of a cgroup", pointer);

    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Formats a limit for v2.</summary>
    public static string Max(long value) => value < 0 ? "max" : Number(value);

    public static OciException Invalid(string message, string pointer) =>
        new(OciErrorCode.InvalidSpec, "linux.resources: " + message) { Step = "cgroup", SpecPointer = Resources + pointer };

    public static OciException NotHere(string message, string pointer, string? hint = null) =>
        new(OciErrorCode.NotSupported, "linux.resources: " + message) { Step = "cgroup", SpecPointer = Resources + pointer, Hint = hint };
}
