using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Bundles;

/// <summary>A path in an archive, split into names. It starts at the root whatever its first character is, and has no "..".</summary>
internal readonly struct RootPath
{
    // Deeper than any image, and shallow enough that looking up a full path stays cheap.
    private const int MaxDepth = 256;
    private const int MaxLength = 4095;

    private RootPath(string parent, string name)
    {
        Parent = parent;
        Name = name;
    }

    /// <summary>The directory, without slashes around it; empty for the root.</summary>
    public string Parent { get; }

    /// <summary>The last name; empty for the root itself.</summary>
    public string Name { get; }

    /// <summary>Parent and name.</summary>
    public string Full => Parent.Length == 0 ? Name : Parent + "/" + Name;

    /// <summary>Splits a path.</summary>
    /// <exception cref="OciException">InvalidArgument: it would leave the root, has a NUL, or is longer or deeper than a path may be.</exception>
    public static RootPath Parse(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
            throw Refused(path, "has a NUL character");
        if (path.Length > MaxLength)
            throw Refused(path[..100] + "…", "has a name longer than a path may be");
        var names = new List<string>();
        foreach (string name in path.Split('/'))
        {
            if (name == "..")
                throw Refused(path, "leaves the root filesystem");
            if (name is not ("" or "."))
                names.Add(name);
        }
        if (names.Count > MaxDepth)
            throw Refused(path[..Math.Min(path.Length, 100)] + "…", $"is more than {MaxDepth} directories deep");
        return names.Count == 0
            ? new RootPath(string.Empty, string.Empty)
            : new RootPath(string.Join('/', names.GetRange(0, names.Count - 1)), names[^1]);
    }

    private static OciException Refused(string path, string why) =>
        new(OciErrorCode.InvalidArgument, $"unpack {path}: the entry {why}") { Step = "unpack", Object = path };
}
