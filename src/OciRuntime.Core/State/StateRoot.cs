using System.Globalization;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.State;

/// <summary>The directory that holds one directory per container.</summary>
internal sealed class StateRoot
{
    public StateRoot(string path) => Path = System.IO.Path.GetFullPath(path);

    public string Path { get; }

    /// <summary>/run/oci-runtime, or $XDG_RUNTIME_DIR/oci-runtime when rootless.</summary>
    public static string DefaultPath(bool rootless)
    {
        if (!rootless)
            return "/run/oci-runtime";
        string? runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        return string.IsNullOrEmpty(runtime)
            ? "/tmp/oci-runtime-" + Libc.geteuid().ToString(CultureInfo.InvariantCulture)
            : runtime + "/oci-runtime";
    }

    /// <summary>The directory, or null when there is none yet. Untrusted when another user could write the states in it.</summary>
    public SafeFd? TryOpen() => TrustedPath.Open(Path, create: false);

    /// <summary>The directory, made when it is missing.</summary>
    public SafeFd OpenOrCreate() => TrustedPath.Open(Path, create: true)!;

    /// <summary>Names of the containers' directories, sorted.</summary>
    public List<string> Ids(SafeFd root)
    {
        int fd = Libc.openat(root.Number, ".", Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
        if (fd < 0)
            throw KernelError.Last("list the state root", Path, "openat");
        using var directory = new SafeFd(fd);
        var ids = new List<string>();
        foreach (DirectoryEntry entry in DirectoryEntry.ReadAll(fd, Path))
        {
            if (entry.Type is Libc.DT_DIR or Libc.DT_UNKNOWN && ContainerId.IsValid(entry.Name))
                ids.Add(entry.Name);
        }
        ids.Sort(StringComparer.Ordinal);
        return ids;
    }
}
