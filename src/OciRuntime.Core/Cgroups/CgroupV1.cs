using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Cgroups;

/// <summary>
/// A container's directories in the v1 hierarchies and, on a hybrid layout, in the unified one, which can kill all its processes and signal when it is
/// empty (cgroups(7), cgroup-v1 and cgroup-v2 of the kernel's documentation).
/// </summary>
internal sealed class CgroupV1 : IFileCgroup
{
    private const int FreezeDeadline = 10_000;

    private readonly Dictionary<string, string> _paths;
    private readonly Dictionary<string, string> _mountPoints;
    private readonly List<string> _directories;
    private readonly CgroupLayout _layout;
    private readonly bool _rootless;

    /// <param name="paths">Directory by controller; comounted controllers share one.</param>
    /// <param name="mountPoints">Mount point by directory.</param>
    /// <param name="layout">Cgroups of this machine.</param>
    /// <param name="rootless">Leave out device rules: the host's apply, and such a user can't make devices either.</param>
    internal CgroupV1(Dictionary<string, string> paths, Dictionary<string, string> mountPoints, CgroupLayout layout, bool rootless)
    {
        _paths = paths;
        _mountPoints = mountPoints;
        _layout = layout;
        _rootless = rootless;
        _directories = new(paths.Count);
        foreach (string directory in paths.Values)
        {
            if (directory != Unified && !_directories.Contains(directory))
                _directories.Add(directory);
        }

        JoinFiles = [.. _directories.Select(static directory => directory + "/tasks")];
        if (Unified is { } unified)
            _directories.Add(unified);
    }

    public IReadOnlyDictionary<string, string> Paths => _paths;

    public IReadOnlyList<string> JoinFiles { get; }

    public string? CloneDirectory => Unified;

    public string? OomFile => _paths.TryGetValue("memory", out string? memory) ? memory + "/memory.oom_control" : null;

    public bool NeedsMember => false;

    public bool MovesProcesses => false;

    private string? Unified => _paths.GetValueOrDefault(string.Empty);

    // The owner is ignored, since v1 directories can't be delegated (config-linux.md, Cgroup ownership).
    public void Create(CgroupLimits limits, int member = 0, uint? owner = null) => Create(limits, adopt: false);

    public void Fill(CgroupLimits limits, int member, uint? owner) => Create(limits, adopt: true);

    public CgroupLimits LimitsFor(OciResources? resources)
    {
        (List<CgroupWrite> legacy, List<CgroupWrite> unified) = ResourceWrites.Of(resources ?? new(), IsUnified);
        if (!_rootless)
            legacy.AddRange(DeviceAccessList.Of(DeviceRule.Effective(resources?.Devices)).Writes(from: null));
        return new(resources, legacy, unified, Devices: null);
    }

    // On v1 swap includes memory, as in the spec, and needs no completion.
    public OciResources Complete(OciResources resources)
    {
        string? bandwidth = _paths.TryGetValue("cpu", out string? cpu) ? $"{TextFile.TryReadOnce(cpu + "/cpu.cfs_quota_us")} {TextFile.TryReadOnce(cpu + "/cpu.cfs_period_us")}"
            : IsUnified("cpu") ? TextFile.TryReadOnce(Unified + "/cpu.max") : null;
        return Present.Complete(resources, bandwidth, IsUnified("memory") ? TextFile.TryReadOnce(Unified + "/memory.max") : null);
    }

    // The files cgroup.* belong to no controller.
    public bool IsUnified(string controller) => Unified is not null && !_paths.ContainsKey(controller) && (controller == "cgroup" || _layout.UnifiedControllers.Contains(controller));

    public void Move(int pid, string? below = null)
    {
        foreach (string directory in _directories)
            CgroupFiles.Join(directory + below + "/cgroup.procs", pid);
    }

    public void AwaitEmpty(CancellationToken cancellationToken) => CgroupRemoval.AwaitEmpty(_directories, Unified, cancellationToken);

    private void Create(CgroupLimits limits, bool adopt)
    {
        var made = new List<string>(_directories.Count);
        try
        {
            MakeDirectories(made, adopt);
            if (_paths.TryGetValue("cpuset", out string? cpuset))
                V1Cpuset.Inherit(cpuset, MountPoint(cpuset), made, limits.Resources?.Cpu);
            CgroupFiles.WriteAll(limits.Legacy, DirectoryOf);
            WriteUnified(limits.Unified);
        }
        catch
        {
            CgroupDirectory.Unmake(made);
            throw;
        }
    }

    public CgroupChange Apply(OciResources resources, OciResources? former = null) => Prepare(resources, former).Make();

    public CgroupChange Prepare(OciResources resources, OciResources? former)
    {
        if (IsUnified("cpu") || IsUnified("memory"))
            resources = Complete(resources);
        (List<CgroupWrite> legacy, List<CgroupWrite> unified) = ResourceWrites.Of(resources, IsUnified);
        if (resources.Memory?.DisableOOMKiller == false && !IsUnified("memory"))
            legacy.Add(new("memory", "memory.oom_control", "0", "/linux/resources/memory/disableOOMKiller")); // the default of a new cgroup
        if (resources.Memory is { } memory && IsUnified("memory"))
            MemoryCheck.Refuse(Unified!, memory);
        if (unified.Count > 0)
            V2Hierarchy.EnableControllers(MountPoint(Unified!), Unified!); // their files don't exist before that
        var before = new FormerValues();
        before.Add(legacy, DirectoryOf);
        before.Add(unified, _ => Unified!);
        DeviceAccessList? devices = resources.Devices is { Count: > 0 } rules && !_rootless ? DeviceAccessList.Of(DeviceRule.Effective(rules)) : null;
        DeviceAccessList? devicesBefore = devices is null ? null : PresentDevices();
        return new(
            [.. legacy, .. unified],
            () =>
            {
                CgroupFiles.WriteAll(legacy, DirectoryOf);
                WriteUnified(unified);
                if (devices is not null)
                    CgroupFiles.WriteAll(devices.Writes(PresentDevices()), DirectoryOf);
            },
            () => [.. devices is not null ? RestoreDevices(devicesBefore, former) : [], .. before.Restore()]);
    }

    public IReadOnlyList<int> Processes()
    {
        foreach (string directory in _directories)
        {
            SortedSet<int> pids = CgroupProcesses.Of(directory);
            if (pids.Count > 0)
                return [.. pids]; // every process is in each hierarchy
        }

        return [];
    }

    public void Freeze(CancellationToken cancellationToken) => V1Freezer.Freeze(Freezer(), FreezeDeadline, cancellationToken);

    public void Thaw()
    {
        V1Freezer.Thaw(Freezer());
        if (Unified is { } unified)
            V2Freezer.Thaw(unified);
    }

    public bool IsFrozen() => (_paths.TryGetValue("freezer", out string? freezer) && V1Freezer.IsFrozen(freezer)) || (Unified is { } unified && V2Freezer.IsFrozen(unified));

    public void Signal(int signal)
    {
        if (signal == Libc.SIGKILL)
        {
            KillOnce();
            return;
        }

        bool froze = !IsFrozen() && Still();
        try
        {
            CgroupProcesses.Signal(Processes, signal);
        }
        finally
        {
            if (froze)
                V1Freezer.Thaw(Freezer());
        }
    }

    public void Kill(CancellationToken cancellationToken) =>
        CgroupRemoval.Kill(_directories, Unified, KillOnce, pid => V1Freezer.Release(_layout, pid), cancellationToken);

    public bool TryRemove() => CgroupRemoval.TryRemove(_directories);

    public void Remove(CancellationToken cancellationToken) => CgroupRemoval.Remove(_directories, Unified, cancellationToken);

    private void KillOnce()
    {
        // Atomic: no process in it can freeze or fork again. A process that was moved in v1 hierarchies only is signalled below.
        bool killed = Unified is { } unified && TextFile.TryWrite(unified + "/cgroup.kill", "1") == 0;
        try
        {
            if (!killed)
                Still();
            CgroupProcesses.Signal(() => _directories.SelectMany(CgroupProcesses.Of), Libc.SIGKILL);
        }
        finally
        {
            // The v1 freezer holds even killed processes.
            if (_paths.TryGetValue("freezer", out string? freezer))
                V1Freezer.ThawAll(freezer);
        }
    }

    private DeviceAccessList? PresentDevices() =>
        _paths.TryGetValue("devices", out string? directory) && TextFile.TryRead(directory + "/devices.list") is { } text ? DeviceAccessList.Parse(text) : null;

    // Where all devices are allowed by default the kernel does not show the exceptions, so they come from the rules.
    private string[] RestoreDevices(DeviceAccessList? before, OciResources? former)
    {
        try
        {
            DeviceAccessList list = before is { AllowsByDefault: false } ? before : DeviceAccessList.Of(DeviceRule.Effective(former?.Devices));
            CgroupFiles.WriteAll(list.Writes(PresentDevices()), DirectoryOf);
            return [];
        }
        catch (OciException)
        {
            return [_paths["devices"] + "/devices.list"];
        }
    }

    private void WriteUnified(List<CgroupWrite> writes)
    {
        if (writes.Count == 0)
            return;
        V2Hierarchy.EnableControllers(MountPoint(Unified!), Unified!);
        CgroupFiles.WriteAll(writes, _ => Unified!);
    }

    private void MakeDirectories(List<string> made, bool adopt)
    {
        bool there = false;
        foreach (string directory in _directories)
        {
            if (CgroupDirectory.Make(directory, MountPoint(directory), made))
                continue;
            there = true;
            if (!adopt && CgroupProcesses.Of(directory).Count > 0)
                throw CgroupDirectory.InUse(directory, $"container's cgroup is not empty: {directory} has processes");
        }

        if (there && !adopt && IsFrozen())
            throw CgroupDirectory.InUse(Freezer(), $"container's cgroup is frozen: {Freezer()}");
    }

    // Freezes the processes before they are signalled, so that none of them forks meanwhile. If that takes too long, the rounds of Signal find new processes.
    private bool Still()
    {
        if (!_paths.TryGetValue("freezer", out string? freezer))
            return false;
        try
        {
            _ = V1Freezer.TryFreeze(freezer, CgroupProcesses.FreezeMilliseconds, CancellationToken.None);
            return true;
        }
        catch (OciException)
        {
            return false;
        }
    }

    private string MountPoint(string directory) => _mountPoints.GetValueOrDefault(directory, CgroupLayoutReader.MountPoint);

    private string DirectoryOf(CgroupWrite write) => _paths.GetValueOrDefault(write.Controller) ?? throw MissingController(write.Controller, write.SpecPointer);

    private string Freezer() => _paths.GetValueOrDefault("freezer") ?? throw MissingController("freezer", null);

    private OciException MissingController(string controller, string? pointer)
    {
        string problem = _rootless ? "is not mounted on this machine, or this user may not write to it" : "is not mounted on this machine";
        return new(OciErrorCode.NotSupported, $"the {controller} cgroup controller {problem}")
        {
            Step = "cgroup",
            Object = controller,
            SpecPointer = pointer,
            Hint = _rootless
                ? "limits need a cgroup of the container's own: leave this one out, or run below a cgroup that is delegated to the user"
                : $"/proc/cgroups shows whether the kernel has {controller} and whether it is enabled",
        };
    }
}
