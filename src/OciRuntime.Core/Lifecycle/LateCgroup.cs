using OciRuntime.Core.Cgroups;

namespace OciRuntime.Core.Lifecycle;

/// <summary>
/// The v1 hierarchy that the runtime moves a process into, instead of the helper's stage one, which would join it too, clone, and count
/// against the pids limit. The limit does not apply to moving a process.
/// </summary>
/// <param name="File">The <c>tasks</c> file of the hierarchy.</param>
internal sealed record LateCgroup(string File)
{
    /// <summary>The hierarchy of the pids controller; null if there is none or the helper does not join it by file.</summary>
    /// <param name="cgroup">The container's cgroup.</param>
    /// <param name="joinFiles">The files by which the helper is to join.</param>
    public static LateCgroup? Of(IContainerCgroup cgroup, IReadOnlyList<string> joinFiles) =>
        cgroup.Paths.TryGetValue("pids", out string? pids) && joinFiles.FirstOrDefault(file => file.StartsWith(pids + "/", StringComparison.Ordinal)) is { } late
            ? new(late)
            : null;

    /// <summary>The other files.</summary>
    public IReadOnlyList<string> Without(IReadOnlyList<string> joinFiles) => [.. joinFiles.Where(file => file != File)];

    public void Join(int pid) => CgroupFiles.Join(File, pid);
}
