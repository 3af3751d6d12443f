using OciRuntime.Cli.Arguments;
using OciRuntime.Core.Errors;

namespace OciRuntime.Cli.Commands;

/// <summary><c>delete ID</c>: removes a container that is not running, or any with --force.</summary>
internal static class DeleteCommand
{
    internal static readonly Command Definition = new(
        "delete",
        "[command options] <container-id>",
        "delete a container",
        [new Option("force", 'f', null, "kill it first; not an error if it does not exist"), IdPattern.Option],
        (1, 1),
        Run,
        Ids: []);

    private static int Run(Invocation invocation)
    {
        bool force = invocation.Own.Has("force");
        return IdPattern.ForEach(invocation, static _ => true, id => Delete(invocation, id, force));
    }

    private static void Delete(Invocation invocation, string id, bool force)
    {
        try
        {
            invocation.Runtime.Delete(id, force);
        }
        catch (OciException e) when (force && e.Code == OciErrorCode.ContainerNotFound)
        {
            // A missing container is what was asked for.
        }
    }
}
