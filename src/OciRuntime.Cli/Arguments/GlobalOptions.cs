namespace OciRuntime.Cli.Arguments;

/// <summary>Options before the command.</summary>
internal static class GlobalOptions
{
    internal static readonly Option[] All =
    [
        new("root", '\0', "DIR", "where container state is kept"),
        new("log", '\0', "FILE", "log file (default: stderr)"),
        new("log-format", '\0', "text|json", "format of the log"),
        new("log-level", '\0', "debug|info|warning|error", "level of the log (default: warning)"),
        new("debug", '\0', null, "log everything"),
        new("systemd-cgroup", '\0', null, "create cgroups through systemd"),
        new("cgroup-manager", '\0', "cgroupfs|systemd|disabled", "cgroup manager to use"),
        new("rootless", '\0', "true|false|auto", "ignore cgroup permission errors"),
        new("criu", '\0', "PATH", "accepted for compatibility: criu is found on the PATH"),
        new("version", 'v', null, "print the version"),
    ];
}
