namespace OciRuntime.Cli.Commands;

/// <summary>The commands. Only the one in use is constructed.</summary>
internal static class CommandTable
{
    internal static ReadOnlySpan<string> Names => new[]
    {
        "checkpoint", "completion", "create", "delete", "events", "exec", "features", "info", "kill", "list", "mounts", "pause", "ps", "restore", "resume", "run", "spec", "start", "state", "update",
    };

    internal static Command? Find(string name) => name switch
    {
        "checkpoint" => CheckpointCommand.Definition,
        "completion" => CompletionCommand.Definition,
        "create" => CreateCommand.Definition,
        "delete" => DeleteCommand.Definition,
        "events" => EventsCommand.Definition,
        "exec" => ExecCommand.Definition,
        "features" => FeaturesCommand.Definition,
        "info" => InfoCommand.Definition,
        "kill" => KillCommand.Definition,
        "list" => ListCommand.Definition,
        "mounts" => MountsCommand.Definition,
        "pause" => PauseCommand.Pause,
        "ps" => PsCommand.Definition,
        "restore" => RestoreCommand.Definition,
        "resume" => PauseCommand.Resume,
        "run" => RunCommand.Definition,
        "spec" => SpecCommand.Definition,
        "start" => StartCommand.Definition,
        "state" => StateCommand.Definition,
        "update" => UpdateCommand.Definition,
        // Called by the completion scripts and the installation.
        CompletionCommand.Candidates => CompletionCommand.Hidden,
        "man" => ManCommand.Definition,
        _ => null,
    };
}
