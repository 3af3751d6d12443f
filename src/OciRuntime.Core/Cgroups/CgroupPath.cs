using OciRuntime.Core.Errors;
using OciRuntime.Core.Host;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Cgroups;

/// <summary>linux.cgroupsPath → directories.</summary>
internal static class CgroupPath
{
    private const string Pointer = "/linux/cgroupsPath";

    /// <summary>
    /// The path inside a hierarchy. Absolute: below its root. Relative: below the runtime's own cgroup. Absent: "/" and the id, or
    /// below the parent of the runtime's own cgroup when rootless.
    /// </summary>
    internal static string Resolve(string? cgroupsPath, string id, bool rootless, Func<string> ownCgroup, bool unified)
    {
        if (string.IsNullOrEmpty(cgroupsPath))
            return rootless ? Join(Parent(ownCgroup(), unified), Clean(id)) : "/" + id;
        string clean = Clean(cgroupsPath);
        return cgroupsPath[0] == '/' ? "/" + clean : Join(Parent(ownCgroup(), unified), clean);
    }

    /// <summary>The runtime's own cgroup in a hierarchy, from /proc/self/cgroup (cgroups(7)).</summary>
    internal static string Own(string controller)
    {
        foreach (ReadOnlySpan<char> line in TextFile.Read("/proc/self/cgroup").AsSpan().EnumerateLines())
        {
            int first = line.IndexOf(':');
            int second = first < 0 ? -1 : line[(first + 1)..].IndexOf(':') + first + 1;
            if (second <= first)
                continue;
            ReadOnlySpan<char> names = line[(first + 1)..second];
            foreach (Range range in names.Split(','))
            {
                if (names[range].SequenceEqual(controller))
                    return line[(second + 1)..].ToString();
            }
        }

        return "/";
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
        var parts = new List<string>();
        foreach (string part in path.Split('/'))
        {
            if (part is "" or ".")
                continue;
            if (part == ".." || part.Contains('\0', StringComparison.Ordinal))
                throw new OciException(OciErrorCode.InvalidSpec, $"linux.cgroupsPath \"{path}\" has the component \"{part}\"") { Step = "cgroup", Object = path, SpecPointer = Pointer };
            parts.Add(part);
        }

        if (parts.Count == 0)
            throw new OciException(OciErrorCode.InvalidSpec, $"linux.cgroupsPath \"{path}\" is the root cgroup") { Step = "cgroup", Object = path, SpecPointer = Pointer };
        return string.Join('/', parts);
    }
}
