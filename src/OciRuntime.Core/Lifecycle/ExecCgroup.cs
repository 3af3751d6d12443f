using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Host;

namespace OciRuntime.Core.Lifecycle;

/// <summary>Where an exec'ed process is accounted: the container's cgroup, or the named groups below it.</summary>
/// <param name="JoinFiles">v1 <c>tasks</c> files.</param>
/// <param name="CloneDirectory">The v2 directory, or null.</param>
/// <param name="ByRuntime">The runtime moves the process.</param>
/// <param name="Below">Where to, below the container's cgroup: empty, or with a leading slash.</param>
internal sealed record ExecCgroup(IReadOnlyList<string> JoinFiles, string? CloneDirectory, bool ByRuntime, string Below)
{
    private readonly LateCgroup? _late;

    private ExecCgroup(ExecCgroup other, LateCgroup late)
        : this(late.Without(other.JoinFiles), other.CloneDirectory, ByRuntime: true, other.Below) => _late = late;

    /// <summary>The same for a container that is at its limit of processes; null where that changes nothing.</summary>
    public ExecCgroup? BeyondPidsLimit(IContainerCgroup cgroup) => !ByRuntime && LateCgroup.Of(cgroup, JoinFiles) is { } late ? new(this, late) : null;

    /// <summary>Puts the process where it does not get by itself.</summary>
    public void Move(IContainerCgroup cgroup, int pid)
    {
        if (_late is null)
            cgroup.Move(pid, Below);
        else
            _late.Join(pid);
    }

    /// <summary>What is frozen of the cgroups below the container's that it leads to, or null; the container's own are its status.</summary>
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

    /// <param name="cgroup">The container's.</param>
    /// <param name="requested">PATH or CONTROLLER[,CONTROLLER]:PATH, relative to it.</param>
    /// <param name="layout">Of this machine.</param>
    /// <param name="init">Pid of the container's init.</param>
    /// <param name="below">Its processes are below that cgroup, not in it.</param>
    public static ExecCgroup Of(IContainerCgroup cgroup, IReadOnlyList<string> requested, CgroupLayout layout, int init, bool below = false)
    {
        var result = new ExecCgroup(cgroup.JoinFiles, cgroup.CloneDirectory, cgroup.MovesProcesses, string.Empty);
        foreach (string entry in requested)
            result = result.InGroup(cgroup, entry);
        return requested.Count == 0 && cgroup.Paths.TryGetValue(string.Empty, out string? unified) ? result.BesideInit(unified, layout, init, below) : result;
    }

    /// <summary>
    /// v2 has processes only in leaves: a container that made cgroups of its own, and gave them controllers, lives in one of those, and a
    /// new process can only go where its init is.
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

    // By components: a prefix check would take /foobar for a child of /foo, and ".." leads out.
    private static string Clean(string path, string entry)
    {
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (Array.IndexOf(parts, "..") >= 0)
            throw new OciException(OciErrorCode.InvalidArgument, $"cgroup \"{entry}\" is not below the container's cgroup") { Object = entry };
        return string.Join('/', parts.Where(static part => part != "."));
    }
}
