using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Planning.Steps;
using OciRuntime.Core.Spec;
using OciRuntime.Core.Spec.Schema;
using static OciRuntime.Core.Hardening.OciSecuritySeverity;

namespace OciRuntime.Core.Hardening.Rules;

/// <summary>Bind mounts of vital parts of the host.</summary>
internal sealed class HostBindRule : ISecurityRule
{
    // Anyone who can write here can run programs as root of the host.
    private static readonly string[] s_system = ["/usr", "/bin", "/sbin", "/lib", "/lib64", "/boot", "/dev", "/sys"];
    // Anyone who can read here gets the host's secrets.
    private static readonly string[] s_secret =
        ["/etc", "/root", "/home", "/proc", "/run", "/var/log", "/var/spool/cron", "/var/lib/docker", "/var/lib/containerd", "/var/lib/containers", "/var/lib/kubelet"];
    private static readonly string[] s_sockets = ["docker.sock", "containerd.sock", "podman.sock", "crio.sock", "dbus/system_bus_socket", "systemd/private"];
    // Files on these filesystems are kernel settings.
    private static readonly string[] s_settings = ["/proc", "/sys"];

    public IEnumerable<OciSecurityFinding> Check(SecurityFacts facts)
    {
        for (int i = 0; i < facts.Spec.Mounts?.Count; i++)
        {
            OciMount mount = facts.Spec.Mounts[i];
            var options = MountOptions.Parse(mount.Options);
            if ((mount.Type != "bind" && !options.Bind) || mount.Source is not ['/', ..] source)
                continue;
            bool isReadOnly = (options.AllSet & MountAttributes.MOUNT_ATTR_RDONLY) != 0;
            if (Judge(Normal(source), isReadOnly) is not var (level, reason))
                continue;
            yield return new OciSecurityFinding(
                "HostBind", facts.HasUserNamespace && level == Critical && !IsSocket(Normal(source)) ? High : level, SpecPointer.Item("/mounts", i), reason,
                isReadOnly || IsSocket(Normal(source)) ? "mount only the parts that are needed" : "mount only the parts that are needed, with the option ro");
        }
    }

    private static (OciSecuritySeverity, string)? Judge(string source, bool isReadOnly)
    {
        if (IsSocket(source))
            return (Critical, $"{source} controls the host; read-only does not change that");
        bool holdsSecrets = s_secret.Any(known => Holds(source, known));
        if (holdsSecrets && isReadOnly)
            return (Medium, $"{source} of the host can be read, with keys, tokens and environments of others in it");
        if (!isReadOnly && (holdsSecrets || s_system.Any(known => Holds(source, known))))
            return (Critical, $"{source} of the host can be written to");
        return !isReadOnly && s_settings.Any(known => Holds(known, source)) ? (High, $"{source} has kernel settings, and can be written to") : null;
    }

    private static bool IsSocket(string source) => s_sockets.Any(name => source.EndsWith("/" + name, StringComparison.Ordinal));

    // True when the second path is the first, or below it.
    private static bool Holds(string directory, string path) =>
        directory == "/" || path == directory || (path.StartsWith(directory, StringComparison.Ordinal) && path[directory.Length] == '/');

    private static string Normal(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return full == "/var/run" || full.StartsWith("/var/run/", StringComparison.Ordinal) ? full["/var".Length..] : full;
    }
}
