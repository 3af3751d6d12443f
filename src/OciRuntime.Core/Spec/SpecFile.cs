using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Spec;

/// <summary>Reads configuration files.</summary>
internal static class SpecFile
{
    // The words are runc's.
    public static byte[] ReadAll(string path) => NamedFile.TryRead(path, "read") ?? throw new OciException(OciErrorCode.BundleNotFound, $"JSON specification file {path} not found")
    {
        Step = "config",
        Object = path,
        Errno = Errno.ENOENT,
        Syscall = "open",
        Hint = "a bundle is a directory with config.json and the root filesystem; `ocirun spec` or New-OciBundle makes one",
    };
}
