using OciRuntime.Core.Errors;
using OciRuntime.Core.Hardening.Rules;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Hardening;

/// <summary>Finds settings that expose the host to the container, or that omit a defence. It looks only at the configuration, not at the machine.</summary>
internal static class SecurityReview
{
    private static readonly ISecurityRule[] s_rules =
    [
        new CapabilityRule(),
        new NamespaceRule(),
        new RootRule(),
        new SeccompRule(),
        new NewPrivilegesRule(),
        new SetuidMountRule(),
        new HostBindRule(),
        new ProcPathRule(),
        new WritableCgroupRule(),
        new AllDevicesRule(),
        new LimitRule(),
        new SecurityModuleRule(),
        new WritableRootfsRule(),
    ];

    /// <summary>Reviews a configuration.</summary>
    /// <param name="spec">The configuration.</param>
    /// <param name="name">Name of the rated object, or null.</param>
    public static OciSecurityScore Of(OciSpec spec, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var facts = new SecurityFacts(spec);
        return new OciSecurityScore(name, [.. s_rules.SelectMany(rule => rule.Check(facts)).OrderByDescending(static finding => finding.Level)]);
    }

    /// <summary>Reviews the configuration that a container was made from.</summary>
    /// <param name="runtime">Where it is.</param>
    /// <param name="id">Container id.</param>
    /// <exception cref="OciException">ContainerNotFound; Untrusted.</exception>
    public static OciSecurityScore OfContainer(ContainerRuntime runtime, string id)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        using StateDirectory directory = StateDirectory.Open(runtime.StateRoot, id);
        return Of(SpecReader.Read(directory.ReadConfig()), id);
    }
}
