using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Tests.Cgroups;

/// <summary>Plain directories that stand for a cgroup whose files are read.</summary>
internal sealed class FakeCgroup(IReadOnlyDictionary<string, string> paths, string? oomFile = null) : IContainerCgroup
{
    public IReadOnlyDictionary<string, string> Paths => paths;
    public IReadOnlyList<string> JoinFiles => [];
    public string? CloneDirectory => null;
    public string? OomFile => oomFile;
    public bool NeedsMember => false;
    public bool MovesProcesses => false;
    public CgroupLimits LimitsFor(OciResources? resources) => CgroupLimits.None;

    public void Create(CgroupLimits limits, int member = 0, uint? owner = null) => throw new NotSupportedException();
    public void Move(int pid, string? below = null) => throw new NotSupportedException();
    public CgroupChange Apply(OciResources resources, OciResources? former = null) => throw new NotSupportedException();
    public IReadOnlyList<int> Processes() => throw new NotSupportedException();
    public void Freeze(CancellationToken cancellationToken) => throw new NotSupportedException();
    public void Thaw() => throw new NotSupportedException();
    public bool IsFrozen() => throw new NotSupportedException();
    public void Signal(int signal) => throw new NotSupportedException();
    public void Kill(CancellationToken cancellationToken) => throw new NotSupportedException();
    public bool TryRemove() => throw new NotSupportedException();
    public void Remove(CancellationToken cancellationToken) => throw new NotSupportedException();
}
