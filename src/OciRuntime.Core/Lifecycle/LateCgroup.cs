using OciRuntime.Core.Cgroups;

namespace OciRuntime.Core.Lifecycle;

/// <summary>
/// The v1 hierarchy that a process is moved into by the runtime, and not by the helper's stage one: that joins too and clones, and would count
/// against a limit of processes, which keeps nobody from being moved.
/// </summary>
/// <param name="File">Its <c>tasks</c> file.</param>
internal sealed record LateCgroup(string File)
{
    /// <summary>That of the limit; null where there is none, or the helper joins no hierarchy by file.</summary>
    /// <param name="cgroup">The container's.</param>
    /// <param name="joinFiles">What the helper is to join by.</param>
    public static LateCgroup? Of(IContainerCgroup cgroup, IReadOnlyList<string> joinFiles) =>
        cgroup.Paths.TryGetValue("pids", out string? pids) && joinFiles.FirstOrDefault(file => file.StartsWith(pids + "/", StringComparison.Ordinal)) is { } late
            ? new(late)
            : null;

    /// <summary>The files without its own.</summary>
    public IReadOnlyList<string> Without(IReadOnlyList<string> joinFiles) => [.. joinFiles.Where(file => file != File)];

    public void Join(int pid) => CgroupFiles.Join(File, pid);
}
