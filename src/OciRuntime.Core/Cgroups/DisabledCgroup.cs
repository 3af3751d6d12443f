using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Cgroups;

/// <summary>No cgroup is made: the container stays in the runtime's.</summary>
internal sealed class DisabledCgroup : IContainerCgroup
{
    public IReadOnlyDictionary<string, string> Paths { get; } = new Dictionary<string, string>();

    public IReadOnlyList<string> JoinFiles => [];

    public string? CloneDirectory => null;

    public string? OomFile => null;

    public void Create(OciResources? resources)
    {
    }

    public void Apply(OciResources resources)
    {
    }

    public IReadOnlyList<int> Processes() => [];

    public void Freeze(CancellationToken cancellationToken) => throw NotAvailable("pause");

    public void Thaw() => throw NotAvailable("resume");

    public bool IsFrozen() => false;

    public void Signal(int signal)
    {
    }

    public void Remove(CancellationToken cancellationToken)
    {
    }

    private static Errors.OciException NotAvailable(string verb) =>
        new(Errors.OciErrorCode.NotSupported, $"{verb} needs a cgroup, and the container was made with cgroups disabled") { Step = "cgroup" };
}
