using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Spec;

/// <summary>Reads configuration files.</summary>
internal static class SpecFile
{
    // The words are runc's. Where config.json is missing there is no bundle; another file is just a file.
    public static byte[] ReadAll(string path) => NamedFile.TryRead(path, "read") ?? throw new OciException(
        IsConfig(path) ? OciErrorCode.BundleNotFound : OciErrorCode.FileNotFound, $"JSON specification file {path} not found")
    {
        Step = "config",
        Object = path,
        Errno = Errno.ENOENT,
        Syscall = "open",
        Hint = !IsConfig(path) ? null : "a bundle is a directory with config.json and the root filesystem; `ocirun spec` or New-OciBundle makes one",
    };

    private static bool IsConfig(string path) => Path.GetFileName(path) == "config.json";
}
