using Microsoft.Win32.SafeHandles;
using OciRuntime.Cli.Arguments;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;

namespace OciRuntime.Cli.Commands;

/// <summary><c>checkpoint ID</c>: dumps a container, and ends it unless it should keep running.</summary>
internal static class CheckpointCommand
{
    internal static readonly Command Definition = new(
        "checkpoint",
        "[command options] <container-id>",
        "checkpoint a running container",
        [
            .. CheckpointOptions.All,
            new Option("leave-running", '\0', null, "leave the container running"),
            new Option("pre-dump", '\0', null, "dump memory only, and leave the container running"),
            new Option("parent-path", '\0', "DIR", "images of a pre-dump, relative to the image path"),
            new Option("tcp-skip-in-flight", '\0', null, "leave out connections that are not established yet"),
            new Option("link-remap", '\0', null, "give a name back to open files that were removed"),
            new Option("page-server", '\0', "ADDRESS:PORT", "send memory there instead of to the images"),
            new Option("status-fd", '\0', "FD", "descriptor to which a NUL is written once lazy pages can be served"),
        ],
        (1, 1),
        Run,
        Ids: [ContainerStatus.Running, ContainerStatus.Paused]);

    private static int Run(Invocation invocation)
    {
        ParsedArguments own = invocation.Own;
        invocation.Runtime.Checkpoint(new CheckpointRequest(CheckpointOptions.Read(invocation))
        {
            LeaveRunning = own.Has("leave-running"),
            PreDump = own.Has("pre-dump"),
            ParentPath = own.Value("parent-path"),
            TcpSkipInFlight = own.Has("tcp-skip-in-flight"),
            LinkRemap = own.Has("link-remap"),
            PageServer = CheckpointOptions.PageServer(own),
            StatusFd = StatusFd(own),
        });
        return 0;
    }

    // A number that was not open when this program started may be its own by now.
    private static SafeFileHandle? StatusFd(ParsedArguments own)
    {
        int number = own.Number("status-fd", -1, least: -1);
        if (number < 0)
            return null;
        return number < Caller.PassedEnd
            ? new SafeFileHandle(number, ownsHandle: true)
            : throw new OciException(OciErrorCode.InvalidArgument, $"invalid --status-fd argument {number}: it was not open when ocirun was started") { Object = "--status-fd" };
    }
}
