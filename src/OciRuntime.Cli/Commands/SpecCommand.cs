using OciRuntime.Cli.Arguments;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec;

namespace OciRuntime.Cli.Commands;

/// <summary><c>spec</c>: writes a config.json to start from.</summary>
internal static class SpecCommand
{
    internal static readonly Command Definition = new(
        "spec",
        "[command options]",
        "write a new config.json",
        [new Option("bundle", 'b', "DIR", "where to write it, default the current directory"), new Option("rootless", '\0', null, "for a container of an unprivileged user")],
        (0, 0),
        Run);

    private static int Run(Invocation invocation)
    {
        string path = Path.Combine(invocation.Own.Value("bundle") ?? string.Empty, "config.json");
        if (File.Exists(path))
            throw new OciException(OciErrorCode.InvalidArgument, $"File {path} exists. Remove it first") { Object = path };
        byte[] json = SpecWriter.Write(SpecDefaults.Create(invocation.Own.Has("rootless")), indented: true);
        using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        file.Write(json);
        return 0;
    }
}
