using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Cgroups;

/// <summary>
/// linux.resources on a hybrid layout, where a controller is bound to its own hierarchy or to the unified one (cgroups(7), Cgroups version
/// 2): each property goes to the side that its controller is on.
/// </summary>
internal static class HybridWrites
{
    /// <summary>What is for the v1 hierarchies, and what is for the unified one.</summary>
    /// <param name="resources">linux.resources.</param>
    /// <param name="isUnified">The controller, by its name on v1, is bound to the unified hierarchy; "cgroup", when there is one.</param>
    internal static (List<CgroupWrite> V1, List<CgroupWrite> Unified) Of(OciResources resources, Func<string, bool> isUnified)
    {
        // What is only on v1 stays there; the rest goes to its side below.
        OciResources legacy = resources with { Memory = null, Cpu = null, Pids = null, BlockIO = null, HugepageLimits = null, Rdma = null, Unified = null };
        var unified = new OciResources();
        OciResources Side(string controller) => isUnified(controller) ? unified : legacy;
        if (resources.Memory is { } memory)
            Side("memory").Memory = memory;
        if (resources.Cpu is { } cpu)
            AddCpu(cpu, Side("cpu"), Side("cpuset"));
        if (resources.Pids is { } pids)
            Side("pids").Pids = pids;
        if (resources.BlockIO is { } io)
            (isUnified("blkio") || isUnified("io") ? unified : legacy).BlockIO = io;
        if (resources.HugepageLimits is { } huge)
            Side("hugetlb").HugepageLimits = huge;
        if (resources.Rdma is { } rdma)
            Side("rdma").Rdma = rdma;
        foreach ((string file, string value) in resources.Unified ?? [])
        {
            (Side(file.Split('.')[0]).Unified ??= [])[file] = value;
        }

        return (CgroupWrites.ForV1(legacy), CgroupWrites.ForV2(unified));
    }

    private static void AddCpu(OciCpu cpu, OciResources time, OciResources set)
    {
        if (ReferenceEquals(time, set))
        {
            time.Cpu = cpu;
            return;
        }

        set.Cpu = new() { Cpus = cpu.Cpus, Mems = cpu.Mems };
        time.Cpu = cpu with { Cpus = null, Mems = null };
    }
}
