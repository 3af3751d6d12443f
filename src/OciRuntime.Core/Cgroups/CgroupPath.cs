using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Cgroups;

/// <summary>linux.cgroupsPath → a path below each hierarchy's mount point.</summary>
internal static class CgroupPath
{
    private const string Pointer = "/linux/cgroupsPath";

    /// <summary>
    /// The path inside a hierarchy. Absolute: below its root. Relative: below the runtime's own cgroup. Absent: the id, below the runtime's
    /// own too, so that what limits or ends the caller does the same to its containers.
    /// </summary>
    /// <param name="cgroupsPath">linux.cgroupsPath or null.</param>
    /// <param name="id">Container id.</param>
    /// <param name="own">The runtime's own cgroup there; asked for only where it matters.</param>
    /// <param name="unified">Only v2 is there: its processes live in leaves.</param>
    internal static string Resolve(string? cgroupsPath, string id, Func<string> own, bool unified)
    {
        if (string.IsNullOrEmpty(cgroupsPath))
            return Join(Parent(own(), unified), Clean(id));
        if (Systemd.SystemdUnit.IsForm(cgroupsPath))
        {
            throw new OciException(OciErrorCode.NotSupported, $"linux.cgroupsPath \"{cgroupsPath}\" is of systemd's form slice:prefix:name, and the cgroup manager is cgroupfs")
            {
                Step = "cgroup",
                Object = cgroupsPath,
                SpecPointer = Pointer,
                Hint = "use the systemd manager, or give a path such as /web/1",
                Refusal = Refusal.PathForSystemd,
            };
        }

        string clean = Clean(cgroupsPath);
        return cgroupsPath[0] == '/' ? "/" + clean : Join(Parent(own(), unified), clean);
    }

    // v2 has no processes in inner cgroups: the runtime's own has some, so its parent is where a new one can get controllers.
    private static string Parent(string own, bool unified)
    {
        if (!unified)
            return own;
        int slash = own.LastIndexOf('/');
        return slash <= 0 ? "/" : own[..slash];
    }

    private static string Join(string parent, string child) => parent == "/" ? "/" + child : parent + "/" + child;

    private static string Clean(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
            throw Invalid(path.Replace('\0', '?'), "has a NUL");
        var parts = new List<string>();
        foreach (string part in path.Split('/'))
        {
            if (part is "" or ".")
                continue;
            if (part == "..")
                throw Invalid(path, "has the component \"..\"");
            parts.Add(part);
        }

        return parts.Count > 0 ? string.Join('/', parts) : throw Invalid(path, "is the root cgroup");
    }

    private static OciException Invalid(string path, string problem) =>
        new(OciErrorCode.InvalidSpec, $"linux.cgroupsPath \"{path}\" {problem}") { Step = "cgroup", Object = path, SpecPointer = Pointer };
}
