using System.Globalization;
using System.Text;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Launch;

/// <summary>Writes the id maps of a new user namespace from outside (user_namespaces(7)).</summary>
internal static class IdMaps
{
    /// <summary>Writes uid_map.</summary>
    /// <param name="pid">A process in the namespace.</param>
    /// <param name="uids">Its lines.</param>
    /// <param name="ownIdsOnly">The runtime may map only the caller's own id; anything more takes newuidmap(1).</param>
    /// <param name="pointer">JSON pointer of the mappings.</param>
    public static void WriteUids(int pid, IReadOnlyList<OciIdMapping> uids, bool ownIdsOnly, string pointer)
    {
        if (ownIdsOnly && !IsOwn(uids, Libc.geteuid()))
            RunTool("newuidmap", pid, uids, pointer);
        else
            WriteFile(Proc(pid) + "uid_map", Lines(uids), pointer);
    }

    /// <summary>Writes gid_map.</summary>
    /// <param name="pid">A process in the namespace.</param>
    /// <param name="gids">Its lines.</param>
    /// <param name="ownIdsOnly">The runtime may map only the caller's own id; anything more takes newgidmap(1).</param>
    /// <param name="pointer">JSON pointer of the mappings.</param>
    public static void WriteGids(int pid, IReadOnlyList<OciIdMapping> gids, bool ownIdsOnly, string pointer)
    {
        if (ownIdsOnly && !IsOwn(gids, Libc.getegid()))
        {
            RunTool("newgidmap", pid, gids, pointer);
            return;
        }
        // Without CAP_SETGID over the host a gid map is accepted only after setgroups is given up.
        if (ownIdsOnly)
            WriteFile(Proc(pid) + "setgroups", "deny", pointer);
        WriteFile(Proc(pid) + "gid_map", Lines(gids), pointer);
    }

    /// <summary>Mappings that the configuration gives along with the path of a user namespace must match those of the namespace, since the launch relies on them.</summary>
    /// <param name="pid">A process that has joined the namespace.</param>
    /// <param name="linux">The section with the mappings.</param>
    /// <exception cref="OciException">InvalidSpec.</exception>
    public static void CheckJoined(int pid, OciLinux linux)
    {
        string proc = Proc(pid);
        foreach ((List<OciIdMapping>? mappings, string file, string pointer) in new[] { (linux.UidMappings, "uid_map", "/linux/uidMappings"), (linux.GidMappings, "gid_map", "/linux/gidMappings") })
        {
            if (mappings is not { Count: > 0 } || SameLines(TextFile.Read(proc + file), Lines(mappings)))
                continue;
            throw new OciException(OciErrorCode.InvalidSpec, $"{pointer}: the mappings are not those of the user namespace that is joined")
            {
                Refusal = Refusal.MapsOfAnother,
                Step = "id_map",
                Object = proc + file,
                SpecPointer = pointer,
                Hint = "leave the mappings out: the namespace already has its own",
            };
        }
    }

    private static string Proc(int pid) => "/proc/" + pid.ToString(CultureInfo.InvariantCulture) + "/";

    // The kernel prints columns, and sorts long maps.
    private static bool SameLines(string first, string second)
    {
        static IEnumerable<string> Sorted(string text) =>
            text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Order(StringComparer.Ordinal);
        return Sorted(first).SequenceEqual(Sorted(second));
    }

    private static bool IsOwn(IReadOnlyList<OciIdMapping> mappings, uint id) => mappings is [{ Size: 1 } only] && only.HostID == id;

    // shadow's setuid programs check the ranges of /etc/subuid and /etc/subgid.
    private static void RunTool(string tool, int pid, IReadOnlyList<OciIdMapping> mappings, string pointer)
    {
        string path = ChildProgram.Find(tool) ?? throw new OciException(OciErrorCode.FileNotFound, $"{pointer}: {tool} is not installed")
        {
            Step = "id_map",
            Object = tool,
            SpecPointer = pointer,
            Hint = "a user other than root maps more than one id through newuidmap and newgidmap (Debian: apt install uidmap)",
        };
        List<string> argv = [tool, pid.ToString(CultureInfo.InvariantCulture)];
        foreach (OciIdMapping map in mappings)
        {
            argv.Add(map.ContainerID.ToString(CultureInfo.InvariantCulture));
            argv.Add(map.HostID.ToString(CultureInfo.InvariantCulture));
            argv.Add(map.Size.ToString(CultureInfo.InvariantCulture));
        }
        using var cancel = new CancelSignal(CancellationToken.None);
        ProgramResult result = ChildProgram.Run(path, argv, [], [], directory: null, timeoutSeconds: 10, files: null, cancel);
        if (result is { StartErrno: 0, TimedOut: false, Status: { Signal: 0, Code: 0 } })
            return;
        string why = result.StartErrno != 0 ? KernelError.Reason(result.StartErrno) : result.TimedOut ? "timed out" : result.Output.Length > 0 ? result.Output : "failed";
        throw new OciException(OciErrorCode.PermissionDenied, $"write the id map ({pointer}): {why}")
        {
            Step = "id_map",
            Object = path,
            Errno = result.StartErrno,
            SpecPointer = pointer,
            Hint = $"the ranges must belong to the caller in {(tool == "newuidmap" ? "/etc/subuid" : "/etc/subgid")}, and {tool} must be set-user-ID or have file capabilities",
        };
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
            Step = "id_map",
            Syscall = "write",
            Object = path,
            Errno = errno,
            SpecPointer = pointer,
            Hint = errno == Errno.EPERM && Libc.geteuid() == 0 ? "the ids must be mapped in the runtime's own user namespace, and it needs CAP_SETUID and CAP_SETGID there"
                : errno == Errno.EPERM ? "an unprivileged user may map only their own uid and gid, one id each, except through newuidmap and newgidmap (/etc/subuid, /etc/subgid)"
                : content.Length >= Environment.SystemPageSize ? $"the kernel takes a map of less than {Environment.SystemPageSize} bytes; this one has {content.Length}"
                : "ranges must not overlap, and the ids must be mapped in the runtime's own user namespace",
        };
    }
}
