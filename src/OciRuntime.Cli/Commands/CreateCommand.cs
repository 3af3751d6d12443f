namespace OciRuntime.Cli.Commands;

/// <summary><c>create ID</c>: the container's process waits at the start gate; no process of ocirun stays.</summary>
internal static class CreateCommand
{
    internal static readonly Command Definition = new("create", "[command options] <container-id>", "create a container", CreateOptions.All, (1, 1), Run);

    private static int Run(Invocation invocation)
    {
        if (invocation.Own.Has("dry-run"))
            return DryRun.Print(invocation, CreateOptions.Request(invocation, detach: true));
        invocation.Runtime.Create(CreateOptions.Request(invocation, detach: true));
        return 0;
    }
}
