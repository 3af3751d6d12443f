namespace OciRuntime.Core.Host;

/// <summary>The runtime's own cgroups from /proc/self/cgroup (cgroups(7)).</summary>
internal static class OwnCgroups
{
    /// <summary>Paths below the mount points, by controller; the empty key is the unified hierarchy.</summary>
    internal static Dictionary<string, string> Parse(string text, CgroupLayout layout)
    {
        var own = new Dictionary<string, string>();
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            // hierarchy-ID:controller-list:cgroup-path, and the path may have colons.
            int first = line.IndexOf(':');
            int second = first < 0 ? -1 : line[(first + 1)..].IndexOf(':') + first + 1;
            if (second <= first)
                continue;
            ReadOnlySpan<char> controllers = line[(first + 1)..second];
            ReadOnlySpan<char> path = line[(second + 1)..];
            foreach (Range range in controllers.Split(','))
            {
                string controller = controllers[range].ToString();
                own[controller] = Below(Root(layout, controller), path);
            }
        }

        return own;
    }

    private static string Root(CgroupLayout layout, string controller)
    {
        if (controller.Length == 0)
            return layout.UnifiedRoot;
        foreach (CgroupHierarchy hierarchy in layout.Hierarchies)
        {
            if (hierarchy.Controllers.Contains(controller))
                return hierarchy.Root;
        }

        return "/";
    }

    // The path is relative to the root of the hierarchy or of the cgroup namespace; the mount may show less than that. A cgroup outside
    // the mount has no name below it: the mount's root is then the nearest one that has.
    private static string Below(string root, ReadOnlySpan<char> path)
    {
        if (path.StartsWith("/.."))
            return "/";
        if (root == "/")
            return path.ToString();
        if (path.SequenceEqual(root))
            return "/";
        return path.StartsWith(root) && path[root.Length] == '/' ? path[root.Length..].ToString() : "/";
    }
}
