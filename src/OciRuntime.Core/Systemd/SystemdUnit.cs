using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Systemd;

/// <summary>The scope of a container and the slice it is in, from linux.cgroupsPath of the form <c>slice:prefix:name</c>.</summary>
/// <param name="Name">prefix-name.scope (systemd.scope(5)).</param>
/// <param name="Slice">Its slice (systemd.slice(5)).</param>
internal sealed record SystemdUnit(string Name, string Slice)
{
    private const string Pointer = "/linux/cgroupsPath";
    private const int MostName = 255; // systemd.unit(5)

    /// <summary>The cgroup, relative to the manager's.</summary>
    internal string Path => ExpandSlice(Slice) + "/" + Escape(Name);

    /// <summary>True for the form that only the systemd manager accepts.</summary>
    internal static bool IsForm(string? path) => path is not null && path.AsSpan().Count(':') == 2 && !path.Contains('/', StringComparison.Ordinal);

    /// <summary>An absent path is runc-ID.scope; an absent slice is system.slice, or user.slice for the user's own manager.</summary>
    /// <exception cref="OciException">InvalidSpec.</exception>
    internal static SystemdUnit Parse(string? path, string id, bool rootless)
    {
        string slice = rootless ? "user.slice" : "system.slice";
        string name = $"runc-{id}";
        if (!string.IsNullOrEmpty(path))
        {
            string[] parts = path.Split(':');
            if (parts.Length != 3)
                throw Invalid(path, $"linux.cgroupsPath \"{path}\" is not of systemd's form slice:prefix:name", "use the cgroupfs manager, or give for example system.slice:runc:web1", Refusal.PathNotForSystemd);
            if (parts[0].Length > 0)
                slice = parts[0];
            if (parts[2].EndsWith(".slice", StringComparison.Ordinal))
                throw Invalid(path, $"linux.cgroupsPath \"{path}\" names a slice, but processes of a container live in a scope", null);
            name = $"{parts[1]}-{parts[2]}";
        }

        name += ".scope";
        if (name.Length > MostName || !HasUnitCharacters(name))
            throw Invalid(path ?? id, $"linux.cgroupsPath: \"{name}\" is not a unit name", "letters, digits and :-_.\\@, 255 at most (systemd.unit(5))");
        ExpandSlice(slice);
        return new(name, slice);
    }

    /// <summary>a-b.slice is in a.slice (systemd.slice(5)): <c>/a.slice/a-b.slice</c>; -.slice, the root, is empty.</summary>
    internal static string ExpandSlice(string slice)
    {
        const string Suffix = ".slice";
        string stem = slice.EndsWith(Suffix, StringComparison.Ordinal) ? slice[..^Suffix.Length] : string.Empty;
        if (stem == "-")
            return string.Empty;
        string path = string.Empty, prefix = string.Empty;
        foreach (string part in stem.Split('-'))
        {
            if (part.Length == 0 || slice.Length > MostName || !HasUnitCharacters(part))
                throw Invalid(slice, $"linux.cgroupsPath: \"{slice}\" is not a slice name", "a name such as machine.slice, or a-b.slice inside of a.slice", Refusal.NotASlice);
            path += "/" + Escape(prefix + part + Suffix);
            prefix += part + "-";
        }

        return path;
    }

    private static bool HasUnitCharacters(string name)
    {
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !":-_.\\@".Contains(c, StringComparison.Ordinal))
                return false;
        }

        return true;
    }

    // A cgroup must not be named like a file of the kernel.
    private static string Escape(string name) => name[0] is '_' or '.' || name.StartsWith("cgroup.", StringComparison.Ordinal) ? "_" + name : name;

    private static OciException Invalid(string target, string message, string? hint, Refusal refusal = Refusal.None) =>
        new(OciErrorCode.InvalidSpec, message) { Step = "cgroup", Object = target, SpecPointer = Pointer, Hint = hint, Refusal = refusal };
}
