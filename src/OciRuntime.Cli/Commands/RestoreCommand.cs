using OciRuntime.Cli.Arguments;
using OciRuntime.Cli.Terminal;
using OciRuntime.Core.Lifecycle;

namespace OciRuntime.Cli.Commands;

/// <summary><c>restore ID</c>: restores a container from the images of a checkpoint; in the foreground also waits and deletes it.</summary>
internal static class RestoreCommand
{
    internal static readonly Command Definition = new(
        "restore",
        "[command options] <container-id>",
        "restore a container from a previous checkpoint",
        [
            new Option("bundle", 'b', "DIR", "path of the bundle (default: the current directory)"),
            .. CheckpointOptions.All,
            new Option("detach", 'd', null, "return once the process runs"),
            new Option("console-socket", '\0', "PATH", "unix socket that receives the pty master"),
            new Option("pid-file", '\0', "FILE", "file that receives the pid of init"),
            new Option("tcp-close", '\0', null, "restore TCP connections as closed"),
            new Option("lsm-profile", '\0', "TYPE:NAME", "LSM profile in place of the dumped one"),
            new Option("lsm-mount-context", '\0', "CONTEXT", "LSM context of mounts in place of the dumped one"),
            new Option("no-pivot", '\0', null, "accepted for compatibility: criu changes the root its own way"),
            new Option("no-subreaper", '\0', null, "accepted for compatibility: no subreaper is ever used"),
        ],
        (1, 1),
        Run);

    private static int Run(Invocation invocation)
    {
        RestoreRequest request = Request(invocation);
        // Not disposed when detached: that would reap a process that has ended already, and its exit status is for whoever adopts it.
        if (request.Detach)
        {
            invocation.Runtime.Restore(request);
            return 0;
        }
        using var foreground = new Foreground();
        using ContainerProcess process = invocation.Runtime.Restore(request, foreground.Insisted);
        try
        {
            return foreground.Wait(process);
        }
        finally
        {
            invocation.Runtime.Delete(invocation.Id, force: true);
        }
    }

    private static RestoreRequest Request(Invocation invocation)
    {
        ParsedArguments own = invocation.Own;
        return new(CheckpointOptions.Read(invocation), own.Value("bundle") ?? ".")
        {
            TcpClose = own.Has("tcp-close"),
            Detach = own.Has("detach"),
            ConsoleSocket = own.Value("console-socket"),
            PidFile = own.Value("pid-file"),
            NoPivot = own.Has("no-pivot"),
            LsmProfile = own.Value("lsm-profile"),
            LsmMountContext = own.Value("lsm-mount-context"),
        };
    }
}
