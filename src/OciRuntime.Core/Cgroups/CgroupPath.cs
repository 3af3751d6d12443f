using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Cgroups;

/// <summary>Resolves linux.cgroupsPath to a path below each hierarchy's mount point.</summary>
internal static class CgroupPath
{
    private const string Pointer = "/linux/cgroupsPath";

    /// <summary>
    /// The path inside a hierarchy. An absolute path is below its root, a relative one below the runtime's own cgroup (on v2 below its parent). Without a path it is the id,
    /// in the same place, so that what limits the caller's part of the tree limits its containers.
    /// </summary>
    /// <param name="cgroupsPath">linux.cgroupsPath or null.</param>
    /// <param name="id">Container id.</param>
    /// <param name="own">Returns the runtime's own cgroup in the hierarchy; called only if it is needed.</param>
    /// <param name="unified">The host has only v2, which has processes only in leaves.</param>
    internal static string Resolve(string? cgroupsPath, string id, Func<string> own, bool unified)
    {
        if (string.IsNullOrEmpty(cgroupsPath))
            return Join(Parent(own(), unified), Clean(id));
        if (Systemd.SystemdUnit.IsForm(cgroupsPath))
        {
            throw new OciException(OciErrorCode.NotSupported, $"linux.cgroupsPath \"{cgroupsPath}\" has systemd's form slice:prefix:name, but the cgroup manager is cgroupfs")
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

    // A v2 cgroup with processes can't give controllers to its children. The runtime's own has some, so the new cgroup goes below its parent.
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
            throw Invalid(path.Replace('\0', '?'), "contains a NUL byte");
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
