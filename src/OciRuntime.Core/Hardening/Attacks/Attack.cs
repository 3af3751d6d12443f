namespace OciRuntime.Core.Hardening.Attacks;

/// <summary>One attack.</summary>
/// <param name="Name">Its name.</param>
/// <param name="About">What it tries, in one line.</param>
/// <param name="Try">Tries it.</param>
internal sealed record Attack(string Name, string About, Func<AttackSite, AttackOutcome> Try);
