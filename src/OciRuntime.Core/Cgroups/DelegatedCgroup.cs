namespace OciRuntime.Core.Cgroups;

/// <summary>A cgroup below a container's own that the container manages (cgroup-v2 of the kernel's documentation, Delegation).</summary>
internal static class DelegatedCgroup
{
    /// <summary>Makes it, puts the container's process there, and hands every controller down to it.</summary>
    /// <param name="mountPoint">Of the unified hierarchy.</param>
    /// <param name="directory">The cgroup.</param>
    /// <param name="pid">Of a process that is alone in the cgroup above.</param>
    /// <param name="owner">Uid that may manage what is below it, or null.</param>
    public static void Enter(string mountPoint, string directory, int pid, uint? owner)
    {
        CgroupDirectory.Make(directory, mountPoint, []);
        // First: the cgroup above can have controllers for those below it only when no process is in it.
        CgroupFiles.Join(directory + "/cgroup.procs", pid);
        V2Hierarchy.EnableControllers(mountPoint, directory);
        if (owner is { } uid)
            CgroupOwner.Set(directory, uid);
    }
}
