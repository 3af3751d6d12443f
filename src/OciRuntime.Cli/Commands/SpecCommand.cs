using OciRuntime.Cli.Arguments;
using OciRuntime.Cli.Output;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;

namespace OciRuntime.Cli.Commands;

/// <summary><c>spec</c>: writes a config.json to start from.</summary>
internal static class SpecCommand
{
    internal static readonly Command Definition = new(
        "spec",
        "[command options]",
        "write a new config.json",
        [new Option("bundle", 'b', "DIR", "where to write it (default: the current directory)"), new Option("rootless", '\0', null, "for a container of an unprivileged user")],
        (0, 0),
        Run);

    private static int Run(Invocation invocation)
    {
        string path = Path.Combine(invocation.Own.Value("bundle") ?? string.Empty, "config.json");
        byte[] json = SpecWriter.Write(SpecDefaults.Create(invocation.Own.Has("rootless")), indented: true);
        int fd = Libc.open(path, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL | Libc.O_CLOEXEC, 0x1b6 /* 0666 */);
        if (fd < 0 && Errno.Last == Errno.EEXIST)
            throw new OciException(OciErrorCode.InvalidArgument, $"File {path} exists. Remove it first") { Object = path };
        if (fd < 0)
            throw KernelError.Last("write", path, "open");
        using var file = new SafeFd(fd);
        return StandardStream.TryWrite(fd, json) ? 0 : throw KernelError.Last("write", path, "write");
    }
}
