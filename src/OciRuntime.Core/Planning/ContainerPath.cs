namespace OciRuntime.Core.Planning;

/// <summary>Paths as the container sees them, compared by their components. Symbolic links are left to the helper, which resolves them inside the root.</summary>
internal static class ContainerPath
{
    /// <summary>Makes a path absolute and removes empty, "." and ".." components.</summary>
    public static string Clean(string path)
    {
        if (IsClean(path))
            return path;
        var parts = new List<string>();
        foreach (string part in path.Split('/'))
        {
            if (part == ".." && parts.Count > 0)
                parts.RemoveAt(parts.Count - 1);
            else if (part.Length > 0 && part != "." && part != "..")
                parts.Add(part);
        }
        return "/" + string.Join('/', parts);
    }

    /// <summary>True when a clean path is below a clean directory.</summary>
    public static bool IsBelow(string path, string directory) =>
        path.Length > directory.Length && path[directory.Length] == '/' && path.StartsWith(directory, StringComparison.Ordinal);

    private static bool IsClean(string path)
    {
        if (path.Length == 0 || path[0] != '/')
            return false;
        if (path.Length == 1)
            return true;
        int start = 1;
        for (int i = 1; i <= path.Length; i++)
        {
            if (i < path.Length && path[i] != '/')
                continue;
            ReadOnlySpan<char> part = path.AsSpan(start, i - start);
            if (part is "" or "." or "..")
                return false;
            start = i + 1;
        }
        return true;
    }
}
