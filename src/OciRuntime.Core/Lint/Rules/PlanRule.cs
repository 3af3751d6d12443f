using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Lint.Rules;

/// <summary>
/// What the planner refuses beyond <see cref="CannotCreateRule"/>, on a machine with every feature. The lint runs the planner itself, so
/// that the two can't disagree.
/// </summary>
internal sealed class PlanRule : ISpecRule
{
    private static readonly HostFacts s_anyHost = new()
    {
        Cgroups = new CgroupLayout { Mode = CgroupMode.Unified, UnifiedMountPoint = CgroupLayoutReader.MountPoint },
        EffectiveUid = 0,
        Rootless = false,
    };

    public void Check(OciSpec spec, List<OciSpecIssue> issues)
    {
        if (!issues.Exists(static issue => issue.Level == OciIssueSeverity.Error) && Refusal(spec, s_anyHost, []) is { } error)
            issues.Add(new OciSpecIssue("CannotCreate", OciIssueSeverity.Error, error.SpecPointer ?? string.Empty, error.Message, error.Hint));
    }

    /// <summary>The error with which planning fails for this host, or null.</summary>
    /// <param name="spec">The configuration.</param>
    /// <param name="host">The machine.</param>
    /// <param name="own">Joined namespaces that are the host's, see <see cref="OwnNamespaces"/>.</param>
    public static OciException? Refusal(OciSpec spec, HostFacts host, IReadOnlyList<string> own)
    {
        try
        {
            Planner.PlanCreate(new CreatePlanInput { Spec = spec, Id = "lint", Host = host, Bundle = "/bundle", Rootfs = "/bundle/rootfs", OwnNamespaces = own });
            return null;
        }
        catch (OciException e)
        {
            return e;
        }
    }
}
