using System.Text;
using OciRuntime.Cli.Arguments;
using OciRuntime.Cli.Commands;
using OciRuntime.Cli.Output;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;

namespace OciRuntime.Cli;

/// <summary>Global options, the command, and what becomes of errors: messages, log and exit codes as runc's.</summary>
internal static class CommandLine
{
    private const int RuntimeError = 1;
    private const int ExecError = 255;

    private static readonly Option[] GlobalOptions =
    [
        new("root", '\0', "DIR", "where container state is kept"),
        new("log", '\0', "FILE", "log file"),
        new("log-format", '\0', "text|json", "format of the log"),
        new("log-level", '\0', "LEVEL", "debug, info, warning or error"),
        new("debug", '\0', null, "log everything"),
        new("systemd-cgroup", '\0', null, "make cgroups through systemd"),
        new("cgroup-manager", '\0', "MANAGER", "cgroupfs, systemd or disabled"),
        new("rootless", '\0', "true|false|auto", "ignore cgroup permission errors"),
        new("criu", '\0', "PATH", "accepted for compatibility: criu is found on the PATH"),
        new("version", 'v', null, "print the version"),
        new("help", 'h', null, "print this"),
    ];

    private static readonly Option Help = new("help", 'h', null, "print this");

    private static readonly Func<Command>[] Commands =
    [
        static () => CreateCommand.Definition,
        static () => DeleteCommand.Definition,
        static () => ExecCommand.Definition,
        static () => FeaturesCommand.Definition,
        static () => KillCommand.Definition,
        static () => ListCommand.Definition,
        static () => PauseCommand.Pause,
        static () => PsCommand.Definition,
        static () => PauseCommand.Resume,
        static () => RunCommand.Definition,
        static () => SpecCommand.Definition,
        static () => StartCommand.Definition,
        static () => StateCommand.Definition,
    ];

    internal static int Run(string[] args)
    {
        Log log = new(null, json: false, RuntimeLogLevel.Warning);
        string verb = string.Empty;
        try
        {
            int index = 0;
            ParsedArguments global = ArgumentParser.Parse(args[..FirstWord(args)], ref index, GlobalOptions, interspersed: false);
            log = LogOf(global);
            if (global.Has("version"))
                return Version();
            if (index >= args.Length || global.Has("help") || args[index] == "help")
                return Usage();
            verb = args[index++];
            Command command = Find(verb) ?? throw new UsageException($"No help topic for '{verb}'");
            ParsedArguments own = ArgumentParser.Parse(args, ref index, [.. command.Options, Help], command.Interspersed);
            if (own.Has("help"))
                return Usage(command);
            CheckCount(command, own.Arguments.Count);
            return command.Run(new Invocation(global, own, log));
        }
        catch (UsageException e)
        {
            return Fail(log, $"{e.Message}", verb == "exec" ? ExecError : RuntimeError);
        }
        catch (OciException e)
        {
            string text = verb is "create" or "run" or "exec" ? ErrorText.OfLaunch(verb, e) : ErrorText.Of(e);
            if (e.Hint is not null)
                log.Write(RuntimeLogLevel.Info, e.Hint);
            return Fail(log, text, verb == "exec" ? ExecError : RuntimeError);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(log, e.Message, verb == "exec" ? ExecError : RuntimeError);
        }
    }

    // The command: the first word that is neither a global option nor the value of one.
    private static int FirstWord(string[] args)
    {
        for (int i = 0; i < args.Length; i++)
        {
            if (args[i].Length == 0 || args[i][0] != '-')
                return i;
            string name = args[i].TrimStart('-');
            foreach (Option option in GlobalOptions)
            {
                if (option.Takes && option.Name == name)
                    i++;
            }
        }

        return args.Length;
    }

    // With a log file the bare message goes to stderr as well: callers without access to the log read it there.
    private static int Fail(Log log, string message, int code)
    {
        log.Error(message);
        if (log.ToFile)
            StandardStream.Error(message + "\n");
        return code;
    }

    private static Log LogOf(ParsedArguments global)
    {
        bool json = global.Value("log-format") switch
        {
            null or "text" => false,
            "json" => true,
            string other => throw new UsageException($"invalid log-format: {other}"),
        };
        RuntimeLogLevel least = global.Has("debug") ? RuntimeLogLevel.Debug : global.Value("log-level") switch
        {
            "debug" => RuntimeLogLevel.Debug,
            "info" => RuntimeLogLevel.Info,
            null or "warning" or "warn" or "error" => RuntimeLogLevel.Warning,
            string other => throw new UsageException($"invalid log-level: {other}"),
        };
        return new(string.IsNullOrEmpty(global.Value("log")) ? null : global.Value("log"), json, least);
    }

    private static Command? Find(string name)
    {
        foreach (Func<Command> command in Commands)
        {
            Command found = command();
            if (found.Name == name)
                return found;
        }

        return null;
    }

    private static void CheckCount(Command command, int count)
    {
        if (count < command.Arguments.Fewest)
            throw new UsageException($"\"{command.Name}\" requires a minimum of {command.Arguments.Fewest} argument{(command.Arguments.Fewest == 1 ? "" : "s")}");
        if (count > command.Arguments.Most)
            throw new UsageException($"\"{command.Name}\" requires {(command.Arguments.Fewest == command.Arguments.Most ? "exactly" : "at most")} {command.Arguments.Most} argument{(command.Arguments.Most == 1 ? "" : "s")}");
    }

    // Callers read the first line for "runc version ": containerd's client only parses that.
    private static int Version()
    {
        string version = typeof(CommandLine).Assembly.GetName().Version!.ToString(3);
        StandardStream.Out($"runc version 1.5.0+ocirun.{version}\ncommit: \nspec: 1.3.0\n");
        return 0;
    }

    private static int Usage()
    {
        var text = new StringBuilder("NAME:\n   ocirun - run OCI containers\n\nUSAGE:\n   ocirun [global options] command [command options] [arguments...]\n\nCOMMANDS:\n");
        foreach (Func<Command> command in Commands)
            text.Append("   ").Append(command().Name.PadRight(12)).Append(command().Summary).Append('\n');
        text.Append("\nGLOBAL OPTIONS:\n");
        Append(text, GlobalOptions);
        StandardStream.Out(text.ToString());
        return 0;
    }

    private static int Usage(Command command)
    {
        var text = new StringBuilder($"NAME:\n   ocirun {command.Name} - {command.Summary}\n\nUSAGE:\n   ocirun {command.Name} {command.Usage}\n\nOPTIONS:\n");
        Append(text, [.. command.Options, Help]);
        StandardStream.Out(text.ToString());
        return 0;
    }

    private static void Append(StringBuilder text, Option[] options)
    {
        foreach (Option option in options)
        {
            string name = "--" + option.Name + (option.Letter == '\0' ? "" : ", -" + option.Letter) + (option.Takes ? " " + option.Value : "");
            text.Append("   ").Append(name.PadRight(34)).Append(' ').Append(option.Help).Append('\n');
        }
    }
}
