using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;

namespace OciRuntime.Cli.Commands;

/// <summary><c>mounts add|remove ID FILE</c>: changes the mounts of a running container.</summary>
internal static class MountsCommand
{
    private const int MostJson = 16 << 20;

    internal static readonly Command Definition = new(
        "mounts",
        "add|remove <container-id> <FILE|->",
        "add mounts to a running container, or remove them; the file lists them like mounts in config.json",
        [],
        (3, 3),
        Run,
        Actions: ["add", "remove"],
        Ids: Command.NotEnded);

    private static int Run(Invocation invocation)
    {
        string action = invocation.Own.Arguments[0], id = invocation.Own.Arguments[1];
        List<OciMount> Mounts() => Read(invocation.Own.Arguments[2]);
        switch (action)
        {
            case "add":
                invocation.Runtime.AddMounts(id, Mounts());
                return 0;
            case "remove":
                invocation.Runtime.RemoveMounts(id, Mounts());
                return 0;
            default:
                throw new OciException(OciErrorCode.InvalidArgument, $"unknown command {action}") { Object = action, Hint = "add or remove" };
        }
    }

    private static List<OciMount> Read(string file)
    {
        const string reading = "read the mounts";
        byte[] json = file == "-"
            ? SpecFile.ReadStdin(reading, MostJson)
            : SpecFile.TryRead(file, reading, MostJson) ?? throw KernelError.From(reading, file, "open", Errno.ENOENT);
        return SpecReader.ReadMounts(json, file == "-" ? "stdin" : file);
    }
}
