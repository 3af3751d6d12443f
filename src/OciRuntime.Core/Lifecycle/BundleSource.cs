using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Planning;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

/// <summary>The input of a create or run: the bundle, its configuration, its root filesystem.</summary>
/// <param name="Bundle">Absolute path of the bundle.</param>
/// <param name="Spec">The configuration.</param>
/// <param name="ConfigJson">The bytes of the configuration, for the copy in the state directory.</param>
/// <param name="Rootfs">Absolute path of the root filesystem.</param>
internal sealed record BundleSource(string Bundle, OciSpec Spec, ReadOnlyMemory<byte> ConfigJson, string Rootfs)
{
    public static BundleSource Read(CreateRequest request)
    {
        string bundle = Path.TrimEndingDirectorySeparator(Path.GetFullPath(request.Bundle));
        OciSpec spec;
        ReadOnlyMemory<byte> json;
        if (request.Spec is { } given)
        {
            spec = given;
            json = SpecWriter.Write(given);
        }
        else
        {
            string path = bundle + "/config.json";
            byte[] bytes = SpecFile.TryRead(path, "read") ?? throw Missing(bundle, path);
            spec = SpecReader.Read(bytes);
            json = bytes;
        }
        string root = spec.Root?.Path is { Length: > 0 } given2 ? given2 : throw new OciException(OciErrorCode.InvalidSpec, "/root/path: a path is required") { SpecPointer = "/root/path" };
        string rootfs = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root, bundle));
        CheckRootfs(rootfs);
        return new BundleSource(bundle, spec, json, rootfs);
    }

    /// <summary>The same with the seccomp agent that an annotation names, if the configuration names none.</summary>
    public BundleSource WithReceiver()
    {
        if (CrunAnnotations.Of(Spec, CrunAnnotations.SeccompReceiver) is not { } receiver || Spec.Linux?.Seccomp is not { } seccomp || !string.IsNullOrEmpty(seccomp.ListenerPath))
            return this;
        OciSpec spec = SpecReader.Read(SpecWriter.Write(Spec));
        spec.Linux!.Seccomp!.ListenerPath = receiver;
        return this with { Spec = spec, ConfigJson = SpecWriter.Write(spec) };
    }

    private static unsafe void CheckRootfs(string rootfs)
    {
        Libc.statx_t stat;
        int errno = Libc.statx(Libc.AT_FDCWD, rootfs, 0, Libc.STATX_TYPE, &stat) == 0
            ? (stat.stx_mode & Libc.S_IFMT) == Libc.S_IFDIR ? 0 : Errno.ENOTDIR
            : Errno.Last;
        if (errno == 0)
            return;
        throw new OciException(
            errno is Errno.ENOENT or Errno.ENOTDIR ? OciErrorCode.RootfsNotFound : KernelError.CodeOf(errno),
            $"root filesystem {rootfs}: {(errno == Errno.ENOENT ? "no such directory" : Errno.Text(errno))}")
        {
            Object = rootfs,
            Errno = errno,
            Syscall = "statx",
            SpecPointer = "/root/path",
            Hint = "root.path is relative to the bundle",
        };
    }

    private static OciException Missing(string bundle, string path) => new(
        OciErrorCode.BundleNotFound,
        System.IO.Directory.Exists(bundle) ? $"bundle {bundle}: config.json is missing" : $"bundle {bundle}: no such directory")
    {
        Refusal = System.IO.Directory.Exists(bundle) ? Refusal.NoSpecFile : Refusal.NoBundle,
        Object = path,
        Errno = Errno.ENOENT,
        Syscall = "open",
    };
}
