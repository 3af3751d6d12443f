namespace OciRuntime.Core.Seccomp;

/// <summary>What a filter does with one system call: the first rule whose conditions all hold decides; a rule without conditions always does.</summary>
/// <param name="Conditions">All must hold.</param>
/// <param name="Action">SECCOMP_RET_* value.</param>
internal sealed record SeccompRule(SeccompCondition[] Conditions, uint Action);

/// <summary>A run of system call numbers with the same treatment.</summary>
/// <param name="First">First number, as the kernel shows it.</param>
/// <param name="Action">What happens to all of them when <paramref name="Rules"/> is null, and otherwise when no rule holds.</param>
/// <param name="Rules">Conditional rules, or null.</param>
internal readonly record struct SeccompInterval(uint First, uint Action, SeccompRule[]? Rules);
