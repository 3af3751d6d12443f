using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Cgroups;

/// <summary>No cgroup is made: the container stays in the runtime's.</summary>
/// <param name="refused">The v2 directory that this user may not make, when that is why: a limit is an error then. Null: it was asked for.</param>
internal sealed class DisabledCgroup(string? refused = null) : IContainerCgroup
{
    /// <summary>Finds the container's processes, with no cgroup to ask.</summary>
    internal Func<IReadOnlyList<int>> Find { get; init; } = static () => [];

    public IReadOnlyDictionary<string, string> Paths { get; } = new Dictionary<string, string>();

    public IReadOnlyList<string> JoinFiles => [];

    public string? CloneDirectory => null;

    public string? OomFile => null;

    public bool NeedsMember => false;

    public bool MovesProcesses => false;

    public CgroupLimits LimitsFor(OciResources? resources)
    {
        if (refused is null || resources is null || ResourceWrites.Of(resources, static _ => true).Unified is not [CgroupWrite limit, ..])
            return CgroupLimits.None;
        throw new OciException(OciErrorCode.NotSupported, $"set {limit.SpecPointer}: this user may not make the cgroup {refused}")
        {
            Step = "cgroup",
            Object = refused,
            SpecPointer = limit.SpecPointer,
            Hint = "ask systemd for a delegated one by its cgroup manager, or leave the limits out",
            Refusal = Refusal.LimitsWithoutCgroup,
        };
    }

    public void Create(CgroupLimits limits, int member = 0, uint? owner = null)
    {
    }

    public void Move(int pid, string? below = null)
    {
    }

    public CgroupChange Apply(OciResources resources, OciResources? former = null) => throw NotAvailable("update");

    public IReadOnlyList<int> Processes() => Find();

    public void Freeze(CancellationToken cancellationToken) => throw NotAvailable("pause");

    public void Thaw() => throw NotAvailable("resume");

    public bool ThawAll() => false;

    public bool IsFrozen() => false;

    public void Signal(int signal) => CgroupProcesses.Signal(Processes, signal);

    // What init leaves can't be found without it: its pid namespace, which ends with it, is all there is.
    public void Kill(CancellationToken cancellationToken) => CgroupRemoval.Kill(Processes, cancellationToken);

    public bool TryRemove() => true;

    public void Remove(CancellationToken cancellationToken)
    {
    }

    private static OciException NotAvailable(string verb) =>
        new(OciErrorCode.NotSupported, $"{verb} needs a cgroup, and the container was made without one") { Step = "cgroup" };
}
