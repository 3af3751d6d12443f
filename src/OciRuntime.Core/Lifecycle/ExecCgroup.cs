using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Host;

namespace OciRuntime.Core.Lifecycle;

/// <summary>The cgroups of an exec'ed process: the container's, or named ones below it.</summary>
/// <param name="JoinFiles">v1 <c>tasks</c> files.</param>
/// <param name="CloneDirectory">The v2 directory, or null.</param>
/// <param name="ByRuntime">The runtime moves the process.</param>
/// <param name="Below">Its path below the container's cgroup: empty, or with a leading slash.</param>
internal sealed record ExecCgroup(IReadOnlyList<string> JoinFiles, string? CloneDirectory, bool ByRuntime, string Below)
{
    private readonly LateCgroup? _late;

    private ExecCgroup(ExecCgroup other, LateCgroup late)
        : this(late.Without(other.JoinFiles), other.CloneDirectory, ByRuntime: true, other.Below) => _late = late;

    /// <summary>The same for a container that has reached its pids limit; null if that changes nothing.</summary>
    public ExecCgroup? BeyondPidsLimit(IContainerCgroup cgroup) => !ByRuntime && LateCgroup.Of(cgroup, JoinFiles) is { } late ? new(this, late) : null;

    /// <summary>Moves the process where it can't go by itself.</summary>
    public void Move(IContainerCgroup cgroup, int pid)
    {
        if (_late is null)
            cgroup.Move(pid, Below);
        else
            _late.Join(pid);
    }

    /// <summary>The frozen cgroup below the container's that would hold the process, or null. The container's own cgroups show in its status.</summary>
    public string? FrozenBelow(IContainerCgroup cgroup, CgroupLayout layout)
    {
        var below = new Dictionary<string, string>();
        foreach ((string controller, string directory) in cgroup.Paths)
        {
            if (controller is "freezer" or "" && PlaceIn(controller, directory) is { } place && place != directory)
                below[controller] = place;
        }
        return below.Count == 0 ? null : FrozenCgroup.Of(layout, below);
    }

    private string PlaceIn(string controller, string directory)
    {
        if (controller.Length == 0 && CloneDirectory is { } unified)
            return unified;
        return Path.GetDirectoryName(JoinFiles.FirstOrDefault(file => file.StartsWith(directory + "/", StringComparison.Ordinal))) ?? directory + Below;
    }

    /// <param name="cgroup">The container's cgroup.</param>
    /// <param name="requested">PATH or CONTROLLER[,CONTROLLER]:PATH, relative to that cgroup.</param>
    /// <param name="layout">Cgroups of this machine.</param>
    /// <param name="init">Pid of the container's init.</param>
    /// <param name="below">The container's processes are below that cgroup, not in it.</param>
    public static ExecCgroup Of(IContainerCgroup cgroup, IReadOnlyList<string> requested, CgroupLayout layout, int init, bool below = false)
    {
        var result = new ExecCgroup(cgroup.JoinFiles, cgroup.CloneDirectory, cgroup.MovesProcesses, string.Empty);
        foreach (string entry in requested)
            result = result.InGroup(cgroup, entry);
        return requested.Count == 0 && cgroup.Paths.TryGetValue(string.Empty, out string? unified) ? result.BesideInit(unified, layout, init, below) : result;
    }

    /// <summary>
    /// v2 has processes only in leaves. If a container has made cgroups and enabled controllers for them, its processes are in those, and a
    /// new process can only join the cgroup of its init.
    /// </summary>
    private ExecCgroup BesideInit(string unified, CgroupLayout layout, int init, bool below)
    {
        if (!below && string.IsNullOrWhiteSpace(TextFile.TryReadOnce(unified + "/cgroup.subtree_control")))
            return this;
        string? text = TextFile.TryRead($"/proc/{init}/cgroup");
        string? own = text is null ? null : layout.UnifiedMountPoint + OwnCgroups.Parse(text, layout).GetValueOrDefault(string.Empty);
        if (own is null || !own.StartsWith(unified + "/", StringComparison.Ordinal))
            return this;
        return this with
        {
            CloneDirectory = CloneDirectory is null ? null : own,
            JoinFiles = [.. JoinFiles.Select(file => file == unified + "/cgroup.procs" ? own + "/cgroup.procs" : file)],
            Below = own[unified.Length..],
        };
    }

    private ExecCgroup InGroup(IContainerCgroup cgroup, string entry)
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
        foreach (string directory in directories)
        {
            if (!Inode.IsDirectory(Path.Join(directory, path)))
                throw new OciException(OciErrorCode.InvalidArgument, $"cgroup \"{entry}\": the container has no cgroup {path} in {directory}") { Object = entry };
        }
        string[] joins = [.. JoinFiles.Select(file => Path.GetDirectoryName(file) is { } parent && directories.Contains(parent) ? Path.Join(parent, path, Path.GetFileName(file)) : file)];
        string? clone = CloneDirectory is { } unified && directories.Contains(unified) ? Path.Join(unified, path) : CloneDirectory;
        return this with { JoinFiles = joins, CloneDirectory = clone, Below = path.Length == 0 ? string.Empty : "/" + path };
    }

    // Compared by components: a prefix check would take /foobar for a child of /foo, and ".." leads out.
    private static string Clean(string path, string entry)
    {
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (Array.IndexOf(parts, "..") >= 0)
            throw new OciException(OciErrorCode.InvalidArgument, $"cgroup \"{entry}\" is not below the container's cgroup") { Object = entry };
        return string.Join('/', parts.Where(static part => part != "."));
    }
}
