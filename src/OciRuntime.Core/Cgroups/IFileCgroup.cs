using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Cgroups;

/// <summary>A cgroup that is worked with through the kernel's files.</summary>
internal interface IFileCgroup : IContainerCgroup
{
    /// <summary>Makes what is missing of its directories and applies the limits; it may have a process already.</summary>
    void Fill(CgroupLimits limits, int member, uint? owner);

    /// <summary>The same resources, where a value stands for nothing alone with the present value of the one it belongs to.</summary>
    OciResources Complete(OciResources resources);

    /// <summary>What is written for the resources: for v1 hierarchies, and apart from that for the unified one.</summary>
    List<CgroupWrite> Writes(OciResources resources, out List<CgroupWrite> unified);

    /// <summary>Waits until it has no processes.</summary>
    void AwaitEmpty(CancellationToken cancellationToken);
}
