using System.Globalization;
using OciRuntime.Cli.Arguments;
using OciRuntime.Cli.Terminal;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Cli.Commands;

/// <summary><c>exec ID COMMAND...</c>: runs another process in a container.</summary>
internal static class ExecCommand
{
    internal static readonly Command Definition = new(
        "exec",
        "[command options] <container-id> <command> [command options] || --process process.json <container-id>",
        "run another process in a container",
        [
            new Option("console-socket", '\0', "PATH", "unix socket that receives the pty master"),
            new Option("pidfd-socket", '\0', "PATH", "unix socket that receives the pidfd of the process"),
            new Option("cwd", '\0', "DIR", "working directory"),
            new Option("env", 'e', "NAME=VALUE", "environment variable"),
            new Option("tty", 't', null, "allocate a terminal"),
            new Option("user", 'u', "UID[:GID]", "user"),
            new Option("additional-gids", 'g', "GID", "additional group"),
            new Option("process", 'p', "FILE", "process.json"),
            new Option("detach", 'd', null, "return once the process runs"),
            new Option("pid-file", '\0', "FILE", "file that receives the pid"),
            new Option("process-label", '\0', "LABEL", "SELinux label"),
            new Option("apparmor", '\0', "PROFILE", "AppArmor profile"),
            new Option("no-new-privs", '\0', null, "set no_new_privs"),
            new Option("cap", 'c', "CAP", "additional capability"),
            new Option("preserve-fds", '\0', "N", "descriptors from 3 on that the process inherits"),
            new Option("cgroup", '\0', "[CTRL:]PATH", "sub-cgroup"),
            new Option("ignore-paused", '\0', null, "allow exec in a paused container"),
            new Option("no-subreaper", '\0', null, "accepted for compatibility"),
        ],
        (1, int.MaxValue),
        Run,
        Interspersed: false,
        Ids: [ContainerStatus.Created, ContainerStatus.Running]);

    private const string Reading = "read the process file";

    private static int Run(Invocation invocation)
    {
        ParsedArguments own = invocation.Own;
        OciProcess? process = own.Value("process") is { } file ? ReadProcess(file) : null;
        if (process is null && own.Arguments.Count < 2)
            throw new OciException(OciErrorCode.InvalidArgument, "process args cannot be empty");
        bool detach = own.Has("detach");
        var passed = PassedDescriptors.Of(own);
        var request = new ExecRequest
        {
            Id = invocation.Id,
            Process = process,
            Args = own.Arguments.GetRange(1, own.Arguments.Count - 1),
            Env = own.Values("env"),
            Cwd = own.Value("cwd"),
            User = own.Value("user"),
            AdditionalGids = own.Values("additional-gids", empty: true).ConvertAll(Gid),
            Capabilities = own.Values("cap"),
            Terminal = own.Has("tty"),
            NoNewPrivileges = own.Has("no-new-privs") ? true : null,
            ProcessLabel = own.Value("process-label"),
            Apparmor = own.Value("apparmor"),
            ConsoleSocket = own.Value("console-socket"),
            PidfdSocket = own.Value("pidfd-socket"),
            PidFile = own.Value("pid-file"),
            ListenFds = passed.Listen,
            PreserveFds = passed.Preserve,
            Cgroups = own.Values("cgroup"),
            IgnorePaused = own.Has("ignore-paused"),
            Detach = detach,
        };
        // Not disposed when detached: that would reap a process that has ended already, and its exit status is for whoever adopts it.
        if (detach)
        {
            invocation.Runtime.Exec(request);
            return 0;
        }
        using var foreground = new Foreground();
        using ContainerProcess started = invocation.Runtime.Exec(request, foreground.Insisted);
        return foreground.Wait(started);
    }

    private static OciProcess ReadProcess(string file) =>
        SpecReader.ReadProcess(SpecFile.TryRead(file, Reading) ?? throw KernelError.From(Reading, file, "open", Errno.ENOENT), file);

    private static uint Gid(string text) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint gid)
        ? gid
        : throw new UsageException($"invalid value \"{text}\" for flag -additional-gids: parse error");
}
