using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Spec;

/// <summary>Reads configuration files.</summary>
internal static class SpecFile
{
    // A missing config.json means that there is no bundle; any other file is just a missing file.
    public static byte[] ReadAll(string path) => TryRead(path, "read") ?? throw new OciException(
        IsConfig(path) ? OciErrorCode.BundleNotFound : OciErrorCode.FileNotFound, $"read {path}: no such file")
    {
        Step = "config",
        Object = path,
        Errno = Errno.ENOENT,
        Syscall = "open",
        Hint = !IsConfig(path) ? null : "a bundle is a directory with config.json and the root filesystem",
        Refusal = Refusal.NoSpecFile,
    };

    /// <summary>Reads a file; null if it does not exist. From a pipe it reads only the first JSON value, since the rest may never come.</summary>
    public static byte[]? TryRead(string path, string doing, int limit = 16 << 20) => NamedFile.TryRead(path, doing, JsonText.EndOfFirst, limit);

    /// <summary>Reads the first JSON value from stdin without waiting for its end.</summary>
    public static byte[] ReadStdin(string doing, int limit) =>
        SmallFile.ReadAll(0, limit, regular: false, JsonText.EndOfFirst) ?? throw KernelError.Last(doing, "stdin", "read");

    private static bool IsConfig(string path) => Path.GetFileName(path) == "config.json";
}
