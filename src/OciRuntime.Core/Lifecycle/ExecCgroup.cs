using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Lifecycle;

/// <summary>Where an exec'ed process is accounted: the container's cgroup, or the named groups below it.</summary>
/// <param name="JoinFiles">v1 <c>tasks</c> files.</param>
/// <param name="CloneDirectory">The v2 directory, or null.</param>
internal sealed record ExecCgroup(IReadOnlyList<string> JoinFiles, string? CloneDirectory)
{
    /// <param name="cgroup">The container's.</param>
    /// <param name="requested">PATH or CONTROLLER[,CONTROLLER]:PATH, relative to it.</param>
    public static ExecCgroup Of(IContainerCgroup cgroup, IReadOnlyList<string> requested)
    {
        var result = new ExecCgroup(cgroup.JoinFiles, cgroup.CloneDirectory);
        foreach (string entry in requested)
            result = result.Below(cgroup, entry);
        return result;
    }

    private ExecCgroup Below(IContainerCgroup cgroup, string entry)
    {
        int colon = entry.IndexOf(':', StringComparison.Ordinal);
        string path = Clean(entry[(colon + 1)..], entry);
        string[]? controllers = colon < 0 ? null : entry[..colon].Split(',');
        var directories = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string controller, string directory) in cgroup.Paths)
        {
            if (controllers is null || Array.IndexOf(controllers, controller) >= 0)
                directories.Add(directory);
        }
        if (directories.Count == 0)
            throw new OciException(OciErrorCode.InvalidArgument, $"cgroup \"{entry}\": the container has no such controller") { Object = entry };
        string[] joins = [.. JoinFiles.Select(file => Path.GetDirectoryName(file) is { } parent && directories.Contains(parent) ? Path.Join(parent, path, Path.GetFileName(file)) : file)];
        string? clone = CloneDirectory is { } unified && directories.Contains(unified) ? Path.Join(unified, path) : CloneDirectory;
        return new ExecCgroup(joins, clone);
    }

    // By components: a prefix check would take /foobar for a child of /foo, and ".." leads out.
    private static string Clean(string path, string entry)
    {
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (Array.IndexOf(parts, "..") >= 0)
            throw new OciException(OciErrorCode.InvalidArgument, $"cgroup \"{entry}\" is not below the container's cgroup") { Object = entry };
        return string.Join('/', parts.Where(static part => part != "."));
    }
}
