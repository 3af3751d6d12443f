using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Bundles;

/// <summary>A bundle: a directory with config.json and the root filesystem (runtime-spec, bundle.md).</summary>
public sealed class OciBundle
{
    /// <summary>File name of the configuration in every bundle.</summary>
    public const string ConfigName = "config.json";

    internal OciBundle(string path, OciSpec spec, IReadOnlyList<string>? warnings = null)
    {
        Path = path;
        Spec = spec;
        Warnings = warnings ?? [];
    }

    /// <summary>Absolute path of the directory.</summary>
    public string Path { get; }

    /// <summary>Absolute path of config.json.</summary>
    public string ConfigPath => System.IO.Path.Combine(Path, ConfigName);

    /// <summary>Absolute path of the root filesystem, from root.path; null when the configuration has no root.</summary>
    public string? RootfsPath => Spec.Root is { Path.Length: > 0 } root ? System.IO.Path.GetFullPath(root.Path, Path) : null;

    /// <summary>The configuration as it was read or made; <see cref="Save"/> writes changes.</summary>
    public OciSpec Spec { get; }

    /// <summary>What could not be done while the bundle was made, one sentence each: device nodes, extended attributes.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <inheritdoc/>
    public override string ToString() => Path;

    /// <summary>Opens a bundle.</summary>
    /// <param name="path">The directory; relative to the current one.</param>
    /// <returns>The bundle with its configuration read. Nothing else is checked.</returns>
    /// <exception cref="OciException">BundleNotFound: no such directory, or no config.json in it; InvalidSpec; PermissionDenied.</exception>
    public static OciBundle Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        if (!Directory.Exists(full))
        {
            throw new OciException(OciErrorCode.BundleNotFound, $"open bundle {full}: there is no such directory")
            {
                Step = "bundle",
                Object = full,
                Hint = "a bundle is a directory with config.json and the root filesystem",
                Refusal = Refusal.NoBundle,
            };
        }
        return new OciBundle(full, SpecReader.ReadFile(System.IO.Path.Combine(full, ConfigName)));
    }

    /// <summary>Writes <see cref="Spec"/> to config.json; the old file is replaced atomically, or stays.</summary>
    /// <exception cref="OciException">The kernel's error.</exception>
    public void Save()
    {
        int fd = Libc.open(Path, Libc.O_RDONLY | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
        if (fd < 0)
            throw KernelError.Last("write", ConfigPath, "open");
        using var directory = new SafeFd(fd);
        SmallFile.Replace(fd, ConfigName, SpecWriter.Write(Spec, indented: true), 0x1B6 /* 0666, and the umask */, ConfigPath);
    }
}
