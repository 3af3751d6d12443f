using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Cgroups;

/// <summary>A cgroup that is worked with through the kernel's files.</summary>
internal interface IFileCgroup : IContainerCgroup
{
    /// <summary>Makes what is missing of its directories and applies the limits; it may have a process already.</summary>
    void Fill(CgroupLimits limits, int member, uint? owner);

    /// <summary>The same resources, where a value stands for nothing alone with the present value of the one it belongs to.</summary>
    OciResources Complete(OciResources resources);

    /// <summary>A v1 controller's hierarchy is the unified one: what <see cref="ResourceWrites.Of"/> asks.</summary>
    bool IsUnified(string controller);

    /// <summary>Reads what <see cref="IContainerCgroup.Apply"/> will change, and refuses what can be refused by then.</summary>
    CgroupChange Prepare(OciResources resources, OciResources? former);

    /// <summary>Waits until it has no processes.</summary>
    void AwaitEmpty(CancellationToken cancellationToken);
}
