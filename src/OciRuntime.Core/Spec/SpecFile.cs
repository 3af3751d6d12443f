using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Spec;

/// <summary>Reads configuration files.</summary>
internal static class SpecFile
{
    // Where config.json is missing there is no bundle; another file is just a file.
    public static byte[] ReadAll(string path) => TryRead(path, "read") ?? throw new OciException(
        IsConfig(path) ? OciErrorCode.BundleNotFound : OciErrorCode.FileNotFound, $"read {path}: there is no such file")
    {
        Step = "config",
        Object = path,
        Errno = Errno.ENOENT,
        Syscall = "open",
        Hint = !IsConfig(path) ? null : "a bundle is a directory with config.json and the root filesystem",
        Refusal = Refusal.NoSpecFile,
    };

    /// <summary>The bytes, or null when there is no such file. Of a pipe the first JSON value: the rest, if any, may come never.</summary>
    public static byte[]? TryRead(string path, string doing, int limit = 16 << 20) => NamedFile.TryRead(path, doing, JsonText.EndOfFirst, limit);

    /// <summary>The first JSON value of standard input, which need not end after it, whatever it is.</summary>
    public static byte[] ReadStdin(string doing, int limit) =>
        SmallFile.ReadAll(0, limit, regular: false, JsonText.EndOfFirst) ?? throw KernelError.Last(doing, "stdin", "read");

    private static bool IsConfig(string path) => Path.GetFileName(path) == "config.json";
}
