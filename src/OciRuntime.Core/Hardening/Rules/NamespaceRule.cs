using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Schema;
using static OciRuntime.Core.Hardening.OciSecuritySeverity;

namespace OciRuntime.Core.Hardening.Rules;

/// <summary>Namespaces that the container shares with the host.</summary>
internal sealed class NamespaceRule : ISecurityRule
{
    private const string Pointer = "/linux/namespaces";

    private static readonly (string Type, OciSecuritySeverity Level, string Reason)[] s_known =
    [
        ("mount", Critical, "has the host's mounts: a mount or unmount affects the host"),
        ("pid", High, "sees the host's processes, and can signal those of its user"),
        ("network", High, "has the host's interfaces, and reaches what listens on its loopback or on abstract sockets"),
        ("ipc", Medium, "has the host's shared memory and message queues"),
        ("uts", Low, "has the host's name, and can change it with CAP_SYS_ADMIN"),
        ("cgroup", Low, "sees the paths of the host's cgroups"),
    ];

    public IEnumerable<OciSecurityFinding> Check(SecurityFacts facts)
    {
        List<OciNamespace> all = facts.Spec.Linux?.Namespaces ?? [];
        if (!facts.HasUserNamespace)
        {
            yield return new OciSecurityFinding(
                "NoUserNamespace", Medium, Pointer, "root inside is root of the host: a process that escapes owns the machine",
                "Add-OciNamespace user with linux.uidMappings and linux.gidMappings");
        }
        else if (facts.Spec.Linux?.UidMappings?.FindIndex(static map => map.HostID == 0 && map.Size > 0) is >= 0 and int mapped)
        {
            yield return new OciSecurityFinding(
                "HostRootMapped", Medium, SpecPointer.Item("/linux/uidMappings", mapped), "uid 0 of the host is mapped: its files can be changed wherever they are reachable",
                "map host ids that belong to nobody");
        }
        foreach ((string type, OciSecuritySeverity level, string reason) in s_known)
        {
            int index = all.FindIndex(one => one.Type == type);
            if (index < 0 || SecurityFacts.IsOfTheHost(all[index]))
                yield return new OciSecurityFinding("HostNamespace", level, index < 0 ? Pointer : SpecPointer.Item(Pointer, index), reason, $"Add-OciNamespace {type}");
        }
    }
}
