using OciRuntime.Cli.Arguments;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;

namespace OciRuntime.Cli.Commands;

/// <summary>Options of both create and run.</summary>
internal static class CreateOptions
{
    internal static readonly Option[] All =
    [
        new("bundle", 'b', "DIR", "path of the bundle (default: the current directory)"),
        new("config", 'f', "FILE", "configuration to use instead of the bundle's config.json"),
        new("console-socket", '\0', "PATH", "unix socket that receives the pty master"),
        new("pidfd-socket", '\0', "PATH", "unix socket that receives the pidfd of init"),
        new("pid-file", '\0', "FILE", "file that receives the pid of init"),
        new("no-pivot", '\0', null, "do not use pivot_root"),
        new("no-new-keyring", '\0', null, "keep the session keyring"),
        new("preserve-fds", '\0', "N", "descriptors from 3 on that the container inherits"),
        new("no-subreaper", '\0', null, "accepted for compatibility: no subreaper is ever used"),
        new("dry-run", '\0', null, "print the launch plan without running it"),
        new("format", '\0', "text|json", "format of the plan"),
    ];

    internal static CreateRequest Request(Invocation invocation, bool detach)
    {
        ParsedArguments own = invocation.Own;
        var passed = PassedDescriptors.Of(own);
        return new()
        {
            Id = invocation.Id,
            Bundle = own.Value("bundle") ?? ".",
            Spec = own.Value("config") is { } config ? SpecReader.ReadFile(config) : null,
            ConsoleSocket = own.Value("console-socket"),
            PidfdSocket = own.Value("pidfd-socket"),
            PidFile = own.Value("pid-file"),
            NoPivot = own.Has("no-pivot"),
            NoNewKeyring = own.Has("no-new-keyring"),
            ListenFds = passed.Listen,
            PreserveFds = passed.Preserve,
            Detach = detach,
        };
    }
}
