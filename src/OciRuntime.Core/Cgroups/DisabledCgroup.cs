using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Cgroups;

/// <summary>The container has no cgroup of its own: it stays in the runtime's.</summary>
/// <param name="refused">The v2 directory that this user may not make, in which case a limit is an error; null if the caller asked for no cgroup.</param>
internal sealed class DisabledCgroup(string? refused = null) : IContainerCgroup
{
    private const int EndMilliseconds = 2000;

    private readonly SortedSet<int> _killed = [];

    /// <summary>Finds the container's processes without a cgroup.</summary>
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
            Hint = "use the systemd cgroup manager to get a delegated cgroup, or leave the limits out",
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

    public bool IsFrozen() => false;

    public void Signal(int signal)
    {
        if (signal == Libc.SIGKILL)
        {
            Hold();
            _killed.UnionWith(Processes()); // a second round finds nothing once init has ended
        }
        CgroupProcesses.Signal(Processes, signal);
    }

    // Processes that outlive init can't be found, unless they are in its pid namespace, which ends with it.
    public void Kill(CancellationToken cancellationToken)
    {
        Hold();
        CgroupRemoval.Kill(Processes, cancellationToken);
    }

    /// <summary>Waits for the processes that <see cref="Signal"/> has killed, as the removal of a cgroup does; for two seconds at most.</summary>
    public bool TryRemove()
    {
        long end = Environment.TickCount64 + EndMilliseconds;
        foreach (int pid in _killed)
            CgroupProcesses.WaitForEnd(pid, (int)Math.Max(end - Environment.TickCount64, 0));
        return true;
    }

    public void Remove(CancellationToken cancellationToken)
    {
    }

    // A child forked while its parent is being killed gets another parent, and can't be found any more. A stopped process does not fork.
    private void Hold() => CgroupProcesses.TryStop(Processes);

    private static OciException NotAvailable(string verb) =>
        new(OciErrorCode.NotSupported, $"{verb} needs a cgroup, but the container was created without one") { Step = "cgroup" };
}
