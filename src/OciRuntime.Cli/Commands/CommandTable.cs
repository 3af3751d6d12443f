namespace OciRuntime.Cli.Commands;

/// <summary>Which commands there are. Only the one that is called is made.</summary>
internal static class CommandTable
{
    internal static ReadOnlySpan<string> Names => new[]
    {
        "create", "delete", "events", "exec", "features", "kill", "list", "pause", "ps", "resume", "run", "spec", "start", "state", "update",
    };

    internal static Command? Find(string name) => name switch
    {
        "create" => CreateCommand.Definition,
        "delete" => DeleteCommand.Definition,
        "events" => EventsCommand.Definition,
        "exec" => ExecCommand.Definition,
        "features" => FeaturesCommand.Definition,
        "kill" => KillCommand.Definition,
        "list" => ListCommand.Definition,
        "pause" => PauseCommand.Pause,
        "ps" => PsCommand.Definition,
        "resume" => PauseCommand.Resume,
        "run" => RunCommand.Definition,
        "spec" => SpecCommand.Definition,
        "start" => StartCommand.Definition,
        "state" => StateCommand.Definition,
        "update" => UpdateCommand.Definition,
        _ => null,
    };

    /// <summary>Commands of runc that this one lacks. Callers probe with <c>checkpoint --help</c>: it must not succeed.</summary>
    internal static bool IsMissing(string name) => name is "checkpoint" or "restore";
}
