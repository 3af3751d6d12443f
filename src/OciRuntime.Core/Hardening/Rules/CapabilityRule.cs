using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Schema;
using static OciRuntime.Core.Hardening.OciSecuritySeverity;

namespace OciRuntime.Core.Hardening.Rules;

/// <summary>
/// Capabilities over the host (capabilities(7)). In a user namespace they apply only to what that namespace owns; the remaining risk is the kernel
/// code that they make reachable.
/// </summary>
internal sealed class CapabilityRule : ISecurityRule
{
    private static readonly (string Name, OciSecuritySeverity Level, string Reason)[] s_known =
    [
        ("CAP_SYS_ADMIN", Critical, "mounts filesystems, and with that any file of the host"),
        ("CAP_SYS_MODULE", Critical, "loads kernel modules"),
        ("CAP_SYS_RAWIO", Critical, "reads and writes memory and ports of the machine"),
        ("CAP_SYS_PTRACE", Critical, "traces processes that enter the container with the runtime's privileges"),
        ("CAP_DAC_READ_SEARCH", Critical, "opens any file of a filesystem by its handle, even if only a part is mounted"),
        ("CAP_BPF", High, "loads programs into the kernel"),
        ("CAP_PERFMON", High, "reads the kernel's memory through tracing"),
        ("CAP_MAC_ADMIN", High, "changes the rules of the security module"),
        ("CAP_MAC_OVERRIDE", High, "bypasses the security module"),
        ("CAP_SYS_BOOT", High, "restarts the machine, or boots another kernel"),
        ("CAP_SYS_TIME", High, "sets the clock of the machine"),
        ("CAP_CHECKPOINT_RESTORE", Medium, "chooses pids and reads other processes' memory maps"),
        ("CAP_NET_ADMIN", Medium, "configures interfaces and firewalls, and makes much kernel code reachable"),
        ("CAP_SYSLOG", Medium, "reads the kernel's messages and addresses"),
        ("CAP_SYS_RESOURCE", Medium, "goes beyond rlimits and quotas"),
        ("CAP_AUDIT_CONTROL", Medium, "switches the machine's audit off"),
        ("CAP_MKNOD", Medium, "makes device nodes; only the device rules are left to stop their use"),
        ("CAP_NET_RAW", Low, "forges packets of its neighbours"),
    ];

    public IEnumerable<OciSecurityFinding> Check(SecurityFacts facts)
    {
        if (facts.Spec.Process?.Capabilities is not { } sets)
            yield break;
        // With noNewPrivileges the bounding set alone grants nothing.
        (string Name, List<string>? Set)[] givers =
        [
            ("effective", sets.Effective), ("permitted", sets.Permitted), ("inheritable", sets.Inheritable), ("ambient", sets.Ambient),
            ("bounding", facts.Spec.Process.NoNewPrivileges ? null : sets.Bounding),
        ];
        foreach ((string name, OciSecuritySeverity level, string reason) in s_known)
        {
            if (facts.HasUserNamespace && level < Critical)
                continue;
            foreach ((string set, List<string>? names) in givers)
            {
                int index = names?.IndexOf(name) ?? -1;
                if (index < 0)
                    continue;
                yield return new OciSecurityFinding(
                    "PrivilegedCapability", facts.HasUserNamespace ? Low : level, SpecPointer.Item("/process/capabilities/" + set, index),
                    facts.HasUserNamespace ? $"{name} makes much kernel code reachable, though only over its own user namespace" : $"{name} {reason}",
                    $"Remove-OciCapability {name["CAP_".Length..]}");
                break;
            }
        }
    }
}
