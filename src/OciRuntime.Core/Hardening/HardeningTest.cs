using OciRuntime.Core.Errors;
using OciRuntime.Core.Hardening.Attacks;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Hardening;

/// <summary>
/// Attacks on the host from inside containers, actually tried on this machine with this runtime. They stop once they have shown that they
/// would succeed: a file that can be opened for writing is not written to. Containers, cgroups and files are removed afterwards.
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

    /// <summary>The names of the attacks, in order, and what each tries.</summary>
    public static IReadOnlyList<(string Name, string About)> Attacks { get; } = [.. s_attacks.Select(static attack => (attack.Name, attack.About))];

    /// <summary>Tries the attacks one after the other, as they are enumerated.</summary>
    /// <param name="chosen">Selects attacks by name; null for all.</param>
    /// <param name="spec">The configuration whose defences are tested; null for the default one with Docker's seccomp filter. Its program, root and hooks are not used.</param>
    /// <param name="log">Receives the runtime's messages.</param>
    /// <param name="cancellationToken">Ends the test, and still cleans up.</param>
    /// <exception cref="OciException">Cancelled; or no place for the test could be made.</exception>
    public static IEnumerable<OciAttack> Run(
        Func<string, bool>? chosen = null, OciSpec? spec = null, Action<RuntimeLogLevel, string>? log = null, CancellationToken cancellationToken = default) =>
        Run(chosen, spec, log, static _ => { }, cancellationToken);

    /// <summary>The same on a site made weaker than any configuration can: for defences that do not depend on the configuration.</summary>
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
