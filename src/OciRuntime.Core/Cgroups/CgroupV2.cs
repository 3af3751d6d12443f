using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Cgroups;

/// <summary>A container's directory in the unified hierarchy (cgroup-v2 of the kernel's documentation).</summary>
internal sealed class CgroupV2 : IFileCgroup
{
    private const int FreezeDeadline = 10_000;

    private readonly string _directory;
    private readonly string _leaf;
    private readonly string _mountPoint;
    private readonly bool _rootless;

    /// <param name="directory">The container's directory.</param>
    /// <param name="mountPoint">Mount point of the hierarchy.</param>
    /// <param name="below">Path below the directory where its processes are born: with a leading slash, or empty.</param>
    /// <param name="rootless">Leave out device rules: such a user can't attach programs, and can't make devices either.</param>
    internal CgroupV2(string directory, string mountPoint, bool rootless, string below = "")
    {
        _directory = directory;
        _leaf = directory + below;
        _mountPoint = mountPoint;
        _rootless = rootless;
        Paths = new Dictionary<string, string> { [string.Empty] = directory };
    }

    public IReadOnlyDictionary<string, string> Paths { get; }

    public IReadOnlyList<string> JoinFiles => [];

    public string? CloneDirectory => _leaf;

    public string? OomFile => _directory + "/memory.events";

    public bool NeedsMember => false;

    public bool MovesProcesses => false;

    public void Create(CgroupLimits limits, int member = 0, uint? owner = null) => Create(limits, member, owner, adopt: false);

    public void Fill(CgroupLimits limits, int member, uint? owner) => Create(limits, member, owner, adopt: true);

    public CgroupLimits LimitsFor(OciResources? resources)
    {
        List<DeviceRule> devices = DeviceRule.Effective(resources?.Devices);
        return new(resources, [], resources is null ? [] : ResourceWrites.Of(resources, IsUnified).Unified, _rootless || DeviceRule.AllowEverything(devices) ? null : devices);
    }

    public bool IsUnified(string controller) => true;

    public void Move(int pid, string? below = null) => CgroupFiles.Join((below is null ? _leaf : _directory + below) + "/cgroup.procs", pid);

    public void AwaitEmpty(CancellationToken cancellationToken) => CgroupRemoval.AwaitEmpty([_directory], _directory, cancellationToken);

    public OciResources Complete(OciResources resources) =>
        Present.Complete(resources, TextFile.TryReadOnce(_directory + "/cpu.max"), TextFile.TryReadOnce(_directory + "/memory.max"));

    private void Create(CgroupLimits limits, int member, uint? owner, bool adopt)
    {
        var made = new List<string>();
        try
        {
            if (!CgroupDirectory.Make(_directory, _mountPoint, made) && !adopt)
                CheckUnused();
            V2Hierarchy.EnableControllers(_mountPoint, _directory);
            V2Hierarchy.MakeValid(_mountPoint, _directory, limits.Unified);
            CgroupFiles.WriteAll(limits.Unified, _ => _directory);
            if (limits.Devices is { } devices)
                DeviceProgram.Attach(_directory, devices);
            if (_leaf != _directory)
                MakeLeaf(member, made);
            if (owner is { } uid)
                CgroupOwner.Set(_leaf, uid);
        }
        catch
        {
            CgroupDirectory.Unmake(made);
            throw;
        }
    }

    // The leaf can get controllers only when its parent has no processes.
    private void MakeLeaf(int member, List<string> made)
    {
        CgroupDirectory.Make(_leaf, _mountPoint, made);
        if (member > 0)
            CgroupFiles.Join(_leaf + "/cgroup.procs", member);
        V2Hierarchy.EnableControllers(_mountPoint, _leaf);
    }

    public CgroupChange Apply(OciResources resources, OciResources? former = null) => Prepare(resources, former).Make();

    public CgroupChange Prepare(OciResources resources, OciResources? former)
    {
        resources = Complete(resources);
        List<CgroupWrite> writes = ResourceWrites.Of(resources, IsUnified).Unified;
        if (resources.Memory is { } memory)
            MemoryCheck.Refuse(_directory, memory);
        var before = new FormerValues();
        before.Add(writes, _ => _directory);
        List<DeviceRule>? devices = resources.Devices is { Count: > 0 } rules && !_rootless ? DeviceRule.Effective(rules) : null;
        return new(
            writes,
            () =>
            {
                CgroupFiles.WriteAll(writes, _ => _directory);
                if (devices is not null)
                    DeviceProgram.Attach(_directory, devices);
            },
            () => [.. devices is not null ? RestoreDevices(former) : [], .. before.Restore()]);
    }

    public IReadOnlyList<int> Processes() => [.. CgroupProcesses.Of(_directory)];

    public void Freeze(CancellationToken cancellationToken) => V2Freezer.Freeze(_directory, FreezeDeadline, cancellationToken);

    public void Thaw() => V2Freezer.Thaw(_directory);

    public bool IsFrozen() => V2Freezer.IsFrozen(_directory);

    public void Signal(int signal)
    {
        // cgroup.kill (Linux 5.14) kills frozen processes too.
        if (signal == Libc.SIGKILL && TextFile.TryWrite(_directory + "/cgroup.kill", "1") == 0)
            return;
        // As on v1, no process forks meanwhile.
        bool froze = !IsFrozen() && Still();
        try
        {
            CgroupProcesses.Signal(Processes, signal);
        }
        finally
        {
            if (froze)
                Thaw();
        }
    }

    public void Kill(CancellationToken cancellationToken) =>
        CgroupRemoval.Kill([_directory], _directory, () => Signal(Libc.SIGKILL), static _ => { }, cancellationToken);

    public bool TryRemove() => CgroupRemoval.TryRemove([_directory]);

    public void Remove(CancellationToken cancellationToken) => CgroupRemoval.Remove([_directory], _directory, cancellationToken);

    private void CheckUnused()
    {
        if (Processes().Count > 0)
            throw CgroupDirectory.InUse(_directory, $"container's cgroup is not empty: {_directory} has processes");
        if (IsFrozen())
            throw CgroupDirectory.InUse(_directory, $"container's cgroup is frozen: {_directory}");
    }

    private string[] RestoreDevices(OciResources? former)
    {
        try
        {
            DeviceProgram.Attach(_directory, DeviceRule.Effective(former?.Devices));
            return [];
        }
        catch (OciException)
        {
            return ["the device program of " + _directory];
        }
    }

    private bool Still()
    {
        try
        {
            _ = V2Freezer.TryFreeze(_directory, CgroupProcesses.FreezeMilliseconds, CancellationToken.None);
            return true;
        }
        catch (OciException)
        {
            return false;
        }
    }
}
