using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Cgroups;

/// <summary>A cgroup that is managed through the kernel's files.</summary>
internal interface IFileCgroup : IContainerCgroup
{
    /// <summary>Makes its missing directories and applies the limits; it may already have a process.</summary>
    void Fill(CgroupLimits limits, int member, uint? owner);

    /// <summary>The same resources; a value that needs another one is completed with the present value of that.</summary>
    OciResources Complete(OciResources resources);

    /// <summary>Whether a v1 controller is bound to the unified hierarchy, for <see cref="ResourceWrites.Of"/>.</summary>
    bool IsUnified(string controller);

    /// <summary>Reads the values that <see cref="IContainerCgroup.Apply"/> will change, and refuses changes that can be refused in advance.</summary>
    CgroupChange Prepare(OciResources resources, OciResources? former);

    /// <summary>Waits until it has no processes.</summary>
    void AwaitEmpty(CancellationToken cancellationToken);
}
