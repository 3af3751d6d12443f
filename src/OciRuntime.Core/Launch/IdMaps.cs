using System.Globalization;
using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Launch;

/// <summary>Writes the id maps of a new user namespace from outside (user_namespaces(7)).</summary>
internal static class IdMaps
{
    public static void Write(int pid, OciLinux linux, bool rootless) => Write(pid, linux.UidMappings ?? [], linux.GidMappings ?? [], rootless, "/linux");

    /// <param name="pid">A process in the namespace.</param>
    /// <param name="uids">Lines of uid_map.</param>
    /// <param name="gids">Lines of gid_map.</param>
    /// <param name="rootless">The runtime may not map what it likes.</param>
    /// <param name="pointer">Of the object in the configuration that has both mappings.</param>
    public static void Write(int pid, IReadOnlyList<OciIdMapping> uids, IReadOnlyList<OciIdMapping> gids, bool rootless, string pointer)
    {
        string proc = "/proc/" + pid.ToString(CultureInfo.InvariantCulture) + "/";
        // Without CAP_SETGID over the host a gid map is accepted only after setgroups is given up.
        if (rootless && gids.Count > 0)
            WriteFile(proc + "setgroups", "deny", pointer + "/gidMappings");
        if (uids.Count > 0)
            WriteFile(proc + "uid_map", Lines(uids), pointer + "/uidMappings");
        if (gids.Count > 0)
            WriteFile(proc + "gid_map", Lines(gids), pointer + "/gidMappings");
    }

    internal static string Lines(IEnumerable<OciIdMapping> mappings)
    {
        var text = new StringBuilder();
        foreach (OciIdMapping map in mappings)
            text.Append(CultureInfo.InvariantCulture, $"{map.ContainerID} {map.HostID} {map.Size}\n");
        return text.ToString();
    }

    private static void WriteFile(string path, string content, string pointer)
    {
        int fd = Libc.open(path, Libc.O_WRONLY | Libc.O_CLOEXEC, 0);
        bool written = false;
        int errno = Errno.Last;
        if (fd >= 0)
        {
            using var file = new SafeFd(fd);
            written = SmallFile.TryWrite(fd, Encoding.ASCII.GetBytes(content));
            errno = Errno.Last;
        }
        if (written)
            return;
        throw new OciException(KernelError.CodeOf(errno), $"write the id map {path} ({pointer}): write: {KernelError.Reason(errno)}")
        {
            Step = "id-maps",
            Syscall = "write",
            Object = path,
            Errno = errno,
            SpecPointer = pointer,
            Hint = errno == Errno.EPERM
                ? "an unprivileged user may map only the own uid and gid, one id each; newuidmap and newgidmap are not used yet"
                : "ranges must not overlap, and the ids must be mapped in the runtime's own user namespace",
        };
    }
}
