namespace OciRuntime.Core.Cgroups;

/// <summary>A cgroup below a container's own that the container manages (cgroup-v2 of the kernel's documentation, Delegation).</summary>
internal static class DelegatedCgroup
{
    /// <summary>Makes it, moves the container's process into it, and enables every controller for it.</summary>
    /// <param name="mountPoint">Mount point of the unified hierarchy.</param>
    /// <param name="directory">The cgroup.</param>
    /// <param name="pid">A process that is alone in the parent cgroup.</param>
    /// <param name="owner">Uid that may manage the cgroups below it, or null.</param>
    public static void Enter(string mountPoint, string directory, int pid, uint? owner)
    {
        CgroupDirectory.Make(directory, mountPoint, []);
        // First: a cgroup can enable controllers for its children only when it has no processes.
        CgroupFiles.Join(directory + "/cgroup.procs", pid);
        V2Hierarchy.EnableControllers(mountPoint, directory);
        if (owner is { } uid)
            CgroupOwner.Set(directory, uid);
    }
}
