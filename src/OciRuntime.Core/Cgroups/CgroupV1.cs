using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Cgroups;

/// <summary>
/// A container's directories in the v1 hierarchies and, on a hybrid layout, in the unified one, which knows how to kill and to tell when it is
/// empty (cgroups(7), cgroup-v1 and cgroup-v2 of the kernel's documentation).
/// </summary>
internal sealed class CgroupV1 : IContainerCgroup
{
    private readonly Dictionary<string, string> _paths;
    private readonly Dictionary<string, string> _mountPoints;

    /// <param name="paths">Directory by controller; comounted controllers share one.</param>
    /// <param name="mountPoints">Mount point by directory.</param>
    internal CgroupV1(Dictionary<string, string> paths, Dictionary<string, string> mountPoints)
    {
        _paths = paths;
        _mountPoints = mountPoints;
        var join = new List<string>(paths.Count);
        foreach (string directory in Directories())
        {
            if (directory != Unified)
                join.Add(directory + "/tasks");
        }

        JoinFiles = join;
    }

    public IReadOnlyDictionary<string, string> Paths => _paths;

    public IReadOnlyList<string> JoinFiles { get; }

    public string? CloneDirectory => Unified;

    public string? OomFile => _paths.TryGetValue("memory", out string? memory) ? memory + "/memory.oom_control" : null;

    private string? Unified => _paths.GetValueOrDefault(string.Empty);

    public void Create(OciResources? resources)
    {
        List<CgroupWrite> writes = resources is null ? [] : CgroupWrites.ForV1(resources);
        List<DeviceRule> devices = DeviceRule.From(resources?.Devices);
        var made = new List<string>(_paths.Count);
        try
        {
            foreach (string directory in Directories())
            {
                int before = made.Count;
                CgroupDirectory.Make(directory, _mountPoints.GetValueOrDefault(directory, "/sys/fs/cgroup"), made);
                if (made.Count == before && TextFile.TryRead(directory + "/cgroup.procs") is { Length: > 0 })
                    throw InUse(directory);
            }

            InheritCpuset();
            WriteAll(writes, devices);
        }
        catch
        {
            CgroupDirectory.Unmake(made);
            throw;
        }
    }

    public void Apply(OciResources resources) => WriteAll(CgroupWrites.ForV1(resources), DeviceRule.From(resources.Devices));

    public IReadOnlyList<int> Processes()
    {
        var pids = new SortedSet<int>();
        foreach (string directory in Directories())
        {
            CgroupDirectory.AddProcesses(directory, pids);
            if (directory != Unified && pids.Count > 0)
                break; // all of them are in each hierarchy
        }

        return [.. pids];
    }

    public void Freeze(CancellationToken cancellationToken)
    {
        string file = Freezer() + "/freezer.state";
        try
        {
            // A task that is forking can leave the cgroup in FREEZING: writing FROZEN again makes the kernel look again.
            for (int attempt = 0; attempt < 1000; attempt++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int errno = TextFile.TryWrite(file, "FROZEN");
                if (errno != 0)
                    throw CgroupDirectory.Failed("freeze", file, "write", errno, null);
                if (TextFile.Read(file).AsSpan().TrimEnd() is "FROZEN")
                    return;
                Thread.Sleep(attempt < 20 ? 0 : 1);
            }

            throw new OciException(OciErrorCode.Timeout, $"freeze {file}: it is still FREEZING") { Step = "cgroup", Object = file };
        }
        catch
        {
            _ = TextFile.TryWrite(file, "THAWED");
            throw;
        }
    }

    public void Thaw()
    {
        string file = Freezer() + "/freezer.state";
        int errno = TextFile.TryWrite(file, "THAWED");
        if (errno != 0)
            throw CgroupDirectory.Failed("thaw", file, "write", errno, null);
    }

    public bool IsFrozen() => _paths.TryGetValue("freezer", out string? freezer)
        && TextFile.TryRead(freezer + "/freezer.state") is { } state && (state.StartsWith("FROZEN", StringComparison.Ordinal) || state.StartsWith("FREEZING", StringComparison.Ordinal));

    public void Signal(int signal)
    {
        bool frozen = IsFrozen();
        if (signal == 9 && Unified is { } unified && TextFile.TryWrite(unified + "/cgroup.kill", "1") == 0)
        {
            if (frozen)
                Thaw(); // the v1 freezer holds even the killed
            CgroupDirectory.SignalEach(Processes, signal); // those who joined by v1 files only
            return;
        }

        CgroupDirectory.SignalEach(Processes, signal);
        if (frozen && signal == 9)
            Thaw();
    }

    public void Remove(CancellationToken cancellationToken) => CgroupRemoval.Remove(Directories(), Unified, this, cancellationToken);

    private IEnumerable<string> Directories() => _paths.Values.Distinct();

    private string Freezer() => _paths.GetValueOrDefault("freezer") ?? throw MissingController("freezer", null);

    private void WriteAll(List<CgroupWrite> writes, List<DeviceRule> devices)
    {
        for (int i = 0; i < writes.Count; i++)
        {
            CgroupWrite write = writes[i];
            string directory = _paths.GetValueOrDefault(write.Controller) ?? throw MissingController(write.Controller, write.SpecPointer);
            int errno = TextFile.TryWrite(directory + "/" + write.File, write.Value);
            if (errno == 0)
                continue;
            // limit above memsw, or memsw below the limit: the other one has to move first.
            if (write.File == "memory.limit_in_bytes" && errno is Errno.EINVAL && i + 1 < writes.Count && writes[i + 1].File == "memory.memsw.limit_in_bytes")
            {
                CgroupDirectory.Write(directory, writes[i + 1]);
                CgroupDirectory.Write(directory, write);
                i++;
                continue;
            }

            throw CgroupDirectory.WriteFailed(directory, write, errno);
        }

        foreach (DeviceRule rule in devices)
        {
            string directory = _paths.GetValueOrDefault("devices") ?? throw MissingController("devices", rule.SpecPointer);
            string file = rule.Allow ? "devices.allow" : "devices.deny";
            string value = rule is { Type: 'a', Major: null, Minor: null, Access: "rwm" } ? "a" : rule.ToV1();
            CgroupDirectory.Write(directory, new("devices", file, value, rule.SpecPointer ?? "/linux/resources/devices"));
        }
    }

    // A cpuset without cpus and mems takes no task (cpuset(7)).
    private void InheritCpuset()
    {
        if (!_paths.TryGetValue("cpuset", out string? directory))
            return;
        CopyDown(directory, "cpuset.cpus", _mountPoints.GetValueOrDefault(directory, "/sys/fs/cgroup"));
        CopyDown(directory, "cpuset.mems", _mountPoints.GetValueOrDefault(directory, "/sys/fs/cgroup"));
    }

    private static string CopyDown(string directory, string file, string mountPoint)
    {
        string own = TextFile.Read(directory + "/" + file).Trim();
        if (own.Length > 0 || directory.Length <= mountPoint.Length)
            return own;
        string above = CopyDown(directory[..directory.LastIndexOf('/')], file, mountPoint);
        CgroupDirectory.Write(directory, new("cpuset", file, above, "/linux/resources/cpu"));
        return above;
    }

    private static OciException MissingController(string controller, string? pointer) =>
        new(OciErrorCode.NotSupported, $"the {controller} cgroup controller is not mounted on this machine")
        {
            Step = "cgroup",
            Object = controller,
            SpecPointer = pointer,
            Hint = $"look for {controller} in /proc/cgroups: it may be disabled on the kernel's command line",
        };

    private static OciException InUse(string directory) =>
        new(OciErrorCode.ResourceBusy, $"container's cgroup is not empty: {directory} has processes")
        {
            Step = "cgroup",
            Object = directory,
            SpecPointer = "/linux/cgroupsPath",
            Hint = "another container uses this linux.cgroupsPath",
        };
}
