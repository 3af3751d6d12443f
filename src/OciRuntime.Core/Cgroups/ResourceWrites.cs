using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Cgroups;

/// <summary>
/// linux.resources as values for the files of cgroups, in order (config-linux.md, Control groups). Pure: reads no files. Device rules are files only on v1 and
/// are added by <see cref="DeviceAccessList"/>; on v2 they are a program, <see cref="DeviceProgram"/>.
/// </summary>
/// <param name="Legacy">Values for the v1 hierarchies.</param>
/// <param name="Unified">Values for the unified hierarchy.</param>
internal sealed record ResourceWrites(List<CgroupWrite> Legacy, List<CgroupWrite> Unified)
{
    /// <summary>
    /// Each property goes to the hierarchy that its controller is bound to: on a hybrid layout a v1 hierarchy or the unified one (cgroups(7),
    /// Cgroups version 2).
    /// </summary>
    /// <param name="resources">linux.resources.</param>
    /// <param name="isUnified">Whether a controller, by its v1 name, is bound to the unified hierarchy; for "cgroup", whether there is one.</param>
    /// <exception cref="Errors.OciException">InvalidSpec or NotSupported: such a cgroup can't hold a limit.</exception>
    internal static ResourceWrites Of(OciResources resources, Func<string, bool> isUnified)
    {
        foreach (string file in resources.Unified?.Keys ?? Enumerable.Empty<string>())
        {
            if (!isUnified(file.Split('.')[0]))
                throw WriteList.NotHere($"cgroup v1 has no unified file {file}", SpecPointer.Property("/unified", file), "boot with systemd.unified_cgroup_hierarchy=1");
        }

        WriteList legacy = new(), unified = new();
        Add(resources.Memory, "memory", V1Writes.AddMemory, V2Writes.AddMemory);
        Add(resources.Cpu, "cpu", V1Writes.AddCpu, V2Writes.AddCpu);
        Add(resources.Cpu, "cpuset", WriteList.AddCpuset, WriteList.AddCpuset);
        Add(resources.Pids, "pids", WriteList.AddPids, WriteList.AddPids);
        Add(resources.BlockIO, isUnified("io") ? "io" : "blkio", V1Writes.AddBlockIO, V2Writes.AddBlockIO);
        Add(resources.HugepageLimits, "hugetlb", V1Writes.AddHugepages, V2Writes.AddHugepages);
        Add(resources.Network, "net_cls", V1Writes.AddNetwork, V2Writes.RefuseNetwork);
        Add(resources.Rdma, "rdma", WriteList.AddRdma, WriteList.AddRdma);
        // Last, so that values given by the names of v2 files override translated ones.
        foreach ((string file, string value) in resources.Unified ?? [])
            V2Writes.AddUnified(unified, file, value);
        return new(legacy.Writes, unified.Writes);

        void Add<T>(T? property, string controller, Action<WriteList, T> v1, Action<WriteList, T> v2)
            where T : class
        {
            if (property is not null && isUnified(controller))
                v2(unified, property);
            else if (property is not null)
                v1(legacy, property);
        }
    }
}
