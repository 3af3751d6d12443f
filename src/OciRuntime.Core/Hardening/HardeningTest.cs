using OciRuntime.Core.Errors;
using OciRuntime.Core.Hardening.Attacks;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Hardening;

/// <summary>
/// Attacks on the host from inside containers, each really tried on this machine with this runtime. They go no further than to show that they
/// would: what can be opened for writing is not written to. Containers, cgroups and files are gone afterwards.
/// </summary>
internal static class HardeningTest
{
    private static readonly Attack[] s_attacks =
    [
        .. ScriptAttacks.All,
        new("MountOutside", "a mount whose destination leads out of the root filesystem by links", MountOutside.Try),
        new("Descriptors", "descriptors of the caller that reach the container, in its first process and in an exec", Descriptors.Try),
        new("RuntimeHelper", "the runtime's process in the container: its program, root and descriptors, as a neighbour in its pid namespace sees it", RuntimeHelper.Try),
    ];

    /// <summary>The names of the attacks and what each tries, in their order.</summary>
    public static IReadOnlyList<(string Name, string About)> Attacks { get; } = [.. s_attacks.Select(static attack => (attack.Name, attack.About))];

    /// <summary>Tries attacks, one after the other, as the enumeration goes on.</summary>
    /// <param name="chosen">Whether to try the attack of a name; null for all.</param>
    /// <param name="spec">The configuration whose defences are tried; null for the default one with Docker's seccomp filter. Its program, root and hooks are not used.</param>
    /// <param name="log">Receives the runtime's messages.</param>
    /// <param name="cancellationToken">Ends it; nothing is left then either.</param>
    /// <exception cref="OciException">Cancelled; or there is no place to try them in.</exception>
    public static IEnumerable<OciAttack> Run(
        Func<string, bool>? chosen = null, OciSpec? spec = null, Action<RuntimeLogLevel, string>? log = null, CancellationToken cancellationToken = default) =>
        Run(chosen, spec, log, static _ => { }, cancellationToken);

    /// <summary>The same with a place that is made weaker than any configuration can: for what does not follow from the configuration.</summary>
    internal static IEnumerable<OciAttack> Run(
        Func<string, bool>? chosen, OciSpec? spec, Action<RuntimeLogLevel, string>? log, Action<AttackSite> weaken, CancellationToken cancellationToken)
    {
        foreach (Attack attack in s_attacks)
        {
            if (chosen?.Invoke(attack.Name) == false)
                continue;
            cancellationToken.ThrowIfCancelled();
            using AttackSite site = SiteOf(spec, log, cancellationToken);
            weaken(site);
            yield return Try(attack, site, cancellationToken);
        }
    }

    private static AttackSite SiteOf(OciSpec? spec, Action<RuntimeLogLevel, string>? log, CancellationToken cancellationToken)
    {
        try
        {
            return new AttackSite(spec, log, cancellationToken);
        }
        catch (Exception e) when (KernelError.IsOfFiles(e))
        {
            throw KernelError.From("make a place for the attacks in", Path.GetTempPath(), e);
        }
    }

    private static OciAttack Try(Attack attack, AttackSite site, CancellationToken cancellationToken)
    {
        AttackOutcome outcome;
        try
        {
            outcome = attack.Try(site);
        }
        catch (Exception e) when (e is OciException || KernelError.IsOfFiles(e))
        {
            cancellationToken.ThrowIfCancelled();
            outcome = AttackOutcome.Untried(e.Message);
        }
        return new OciAttack { Name = attack.Name, About = attack.About, Held = outcome.Held, Evidence = outcome.Evidence };
    }
}
