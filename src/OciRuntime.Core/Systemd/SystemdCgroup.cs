using OciRuntime.Bus;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Host;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Systemd;

/// <summary>
/// A container's cgroup as a transient, delegated scope of systemd (systemd.scope(5)): systemd makes and removes it and knows its limits;
/// below it everything is done through the kernel's files, as without systemd.
/// </summary>
internal sealed class SystemdCgroup : IContainerCgroup
{
    private readonly IFileCgroup _files;
    private readonly string _unit;
    private readonly HostFacts _host;

    /// <param name="files">The directories that systemd makes for the cgroup.</param>
    /// <param name="unit">Name of the scope.</param>
    /// <param name="host">Facts about this machine.</param>
    internal SystemdCgroup(IFileCgroup files, string unit, HostFacts host)
    {
        _files = files;
        _unit = unit;
        _host = host;
    }

    /// <summary>Slice of the scope; needed only to create it.</summary>
    internal string Slice { get; init; } = string.Empty;

    /// <summary>The cgroup below it in which its processes start: with a leading slash, or empty.</summary>
    internal string Below { get; init; } = string.Empty;

    /// <summary>Properties from annotations.</summary>
    internal IReadOnlyList<UnitProperty> Extra { get; init; } = [];

    /// <summary>
    /// True when there is room for one process only: then the container's can't be cloned into the cgroup next to the one that started the scope, but moving a
    /// process is not limited (cgroup-v2, PID).
    /// </summary>
    internal bool JoinsByFile { get; init; }

    public bool MovesProcesses { get; init; }

    public bool NeedsMember => true;

    public IReadOnlyDictionary<string, string> Paths => _files.Paths;

    public IReadOnlyList<string> JoinFiles => MovesProcesses ? [] : JoinsByFile && _files.CloneDirectory is { } directory ? [directory + "/cgroup.procs"] : _files.JoinFiles;

    public string? CloneDirectory => MovesProcesses || JoinsByFile ? null : _files.CloneDirectory;

    public string? OomFile => _files.OomFile;

    private bool Unified => _files is CgroupV2;

    public CgroupLimits LimitsFor(OciResources? resources) => _files.LimitsFor(resources);

    public void Create(CgroupLimits limits, int member = 0, uint? owner = null)
    {
        CheckUnused();
        using SystemdManager manager = Connect();
        List<UnitProperty> properties =
        [
            new("Description", "OCI container " + _unit[..^".scope".Length]),
            new("Slice", Slice),
            new("Delegate", true),
            new("PIDs", new BusVariant("au", new object[] { (uint)member })),
            // From the start: memory that is already in use can't be charged later.
            new("MemoryAccounting", true),
            new("CPUAccounting", true),
            new(Unified ? "IOAccounting" : "BlockIOAccounting", true),
            new("TasksAccounting", true),
            new("DefaultDependencies", false),
            .. OomPolicy(limits.Resources),
            .. Properties(limits.Resources ?? new(), manager.Version, create: true),
            .. Extra,
        ];
        manager.Start(_unit, properties);
        try
        {
            _files.Fill(limits, member, owner);
        }
        catch
        {
            TryStop(manager);
            throw;
        }
    }

    public CgroupChange Apply(OciResources resources, OciResources? former = null)
    {
        resources = _files.Complete(resources);
        // systemd writes all values of a controller when one of its properties changes, so the former values are read first.
        CgroupChange files = _files.Prepare(resources, former);
        using SystemdManager manager = Connect();
        List<UnitProperty> properties = Properties(resources, manager.Version, create: false);
        List<UnitProperty> formerProperties = manager.GetProperties(_unit, properties.Select(static property => property.Name).Distinct());
        var change = new CgroupChange(
            files.Writes,
            () => WhileStill(properties, () =>
            {
                manager.SetProperties(_unit, properties);
                files.Make();
            }),
            () => Restore(formerProperties, files));
        return change.Make();
    }

    public void Move(int pid, string? below = null)
    {
        using SystemdManager manager = Connect();
        manager.Attach(_unit, below ?? Below, pid);
    }

    public IReadOnlyList<int> Processes() => _files.Processes();

    public void Freeze(CancellationToken cancellationToken) => _files.Freeze(cancellationToken);

    public void Thaw() => _files.Thaw();

    public bool IsFrozen() => _files.IsFrozen();

    public void Signal(int signal) => _files.Signal(signal);

    public void Kill(CancellationToken cancellationToken) => _files.Kill(cancellationToken);

    public bool TryRemove()
    {
        if (_files.Processes().Count > 0)
            return false;
        Remove(CancellationToken.None);
        return true;
    }

    public void Remove(CancellationToken cancellationToken)
    {
        // While the scope has processes, systemd would wait for them with its own timeout.
        _files.AwaitEmpty(cancellationToken);
        try
        {
            using SystemdManager manager = Connect();
            manager.Stop(_unit);
        }
        catch (OciException)
        {
            // A scope without processes ends by itself (systemd.scope(5)): if systemd can't be reached, its directories can still be removed.
        }

        _files.Remove(cancellationToken);
    }

    /// <summary>The unit that a cgroup directory belongs to, by its name: the reverse of <see cref="SystemdUnit.Path"/>.</summary>
    internal static string UnitOf(string directory)
    {
        string name = System.IO.Path.GetFileName(directory);
        return name.StartsWith("__", StringComparison.Ordinal) || name.StartsWith("_.", StringComparison.Ordinal) || name.StartsWith("_cgroup.", StringComparison.Ordinal) ? name[1..] : name;
    }

    // On v1 systemd denies all devices before it allows some, so nothing may run meanwhile.
    private void WhileStill(List<UnitProperty> properties, Action set)
    {
        bool freeze = !Unified && properties.Exists(static property => property.Name == "DevicePolicy") && Paths.ContainsKey("freezer") && !_files.IsFrozen();
        try
        {
            if (freeze)
                _files.Freeze(CancellationToken.None);
            set();
        }
        finally
        {
            if (freeze)
                _files.Thaw();
        }
    }

    private List<string> Restore(List<UnitProperty> properties, CgroupChange files)
    {
        var left = new List<string>();
        WhileStill(properties, () =>
        {
            try
            {
                using SystemdManager manager = Connect(); // the connection of the update may be closed, or be the reason for the failure
                manager.SetProperties(_unit, properties);
            }
            catch (OciException)
            {
                left.Add(_unit);
            }

            left.AddRange(files.Undo());
        });
        return [.. left.Distinct()];
    }

    private List<UnitProperty> Properties(OciResources resources, int version, bool create)
    {
        List<UnitProperty> properties = Unified ? UnitProperties.OfV2(resources, version) : UnitProperties.OfV1(resources, _files.IsUnified, version);
        // A user's manager can't limit devices, and the user can't make any.
        if (!_host.Rootless && (create || resources.Devices is { Count: > 0 }))
            properties.AddRange(DeviceProperties.Of(DeviceRule.Effective(resources.Devices), Unified));
        return properties;
    }

    // Tells systemd what to do after an OOM kill, and sets memory.oom.group, which can be set only here.
    private static IEnumerable<UnitProperty> OomPolicy(OciResources? resources) => resources?.Unified?.GetValueOrDefault("memory.oom.group")?.Trim() switch
    {
        "0" => [new("OOMPolicy", "continue")],
        "1" => [new("OOMPolicy", "kill")],
        _ => [],
    };

    private void CheckUnused()
    {
        if (Paths.Count > 0 && _files.Processes().Count > 0)
            throw CgroupDirectory.InUse(Paths.Values.First(), $"container's cgroup is not empty: {Paths.Values.First()} has processes");
    }

    private SystemdManager Connect()
    {
        if (!_host.RootlessCgroups && !Inode.IsDirectory("/run/systemd/system")) // sd_booted(3)
        {
            throw new OciException(OciErrorCode.NotSupported, "the systemd cgroup manager was asked for, but this machine was not booted with systemd")
            {
                Step = "cgroup",
                Object = "/run/systemd/system",
                Hint = "use the cgroupfs manager",
                Refusal = Refusal.NoSystemd,
            };
        }

        return SystemdManager.Connect(_host);
    }

    private void TryStop(SystemdManager manager)
    {
        try
        {
            manager.Stop(_unit);
        }
        catch (OciException)
        {
            // The original error says more.
        }
    }
}
