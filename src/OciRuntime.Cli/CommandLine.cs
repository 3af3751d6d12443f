using OciRuntime.Cli.Arguments;
using OciRuntime.Cli.Commands;
using OciRuntime.Cli.Output;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;

namespace OciRuntime.Cli;

/// <summary>Global options, the command, and the handling of errors: messages, log and exit codes as in runc.</summary>
internal static class CommandLine
{
    private const int RuntimeError = 1;
    private const int UnknownCommand = 3;
    private const int ExecError = 255;

    internal static int Run(string[] args)
    {
        int index = 0;
        try
        {
            ParsedArguments global = ArgumentParser.Parse(args, ref index, GlobalOptions.All, interspersed: false);
            using Log log = LogOf(global);
            return Run(args, index, global, log);
        }
        catch (UsageException e)
        {
            return Misused(Log.Stderr, e.Message, HelpText.OfProgram());
        }
        catch (OciException e)
        {
            return Fail(Log.Stderr, ErrorText.Of(e), RuntimeError);
        }
    }

    private static int Run(string[] args, int index, ParsedArguments global, Log log)
    {
        if (global.Has("version"))
            return Print(VersionText.Current());
        bool help = index < args.Length && args[index] is "help" or "h";
        if (help)
            index++;
        if (index >= args.Length || global.Has("help"))
            return Print(HelpText.OfProgram());
        string verb = args[index++];
        if (CommandTable.Find(verb) is not { } command)
            return Fail(log, $"No help topic for '{verb}'", UnknownCommand);
        return help ? Print(HelpText.Of(command)) : Run(command, args, index, global, log);
    }

    private static int Run(Command command, string[] args, int index, ParsedArguments global, Log log)
    {
        int failure = command.Name == "exec" ? ExecError : RuntimeError;
        try
        {
            ParsedArguments own = ArgumentParser.Parse(args, ref index, command.Options, command.Interspersed);
            if (own.Has("help"))
                return Print(HelpText.Of(command));
            // exec's arguments belong to the container: none of them is an option of ours.
            while (index < args.Length)
                own.Arguments.Add(args[index++]);
            CheckCount(command, own.Arguments.Count);
            return command.Run(new Invocation(global, own, log));
        }
        catch (UsageException e)
        {
            return Misused(log, e.Message, HelpText.Of(command));
        }
        catch (OciException e)
        {
            if (RuncWords.HintOf(e) is { } hint && ErrorText.HasWordsOfRunc(e))
                log.Write(RuntimeLogLevel.Info, hint);
            // If execve(2) of the program fails (a bad interpreter), a started container has ended: the exit code is that of its init.
            int code = command.Name == "run" && e.Syscall == "execve" ? ExecError : failure;
            return Fail(log, command.Name is "create" or "run" or "exec" ? ErrorText.OfLaunch(command.Name, e) : ErrorText.Of(e), code);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An exception of the .NET library, with its own message; for example, a deleted working directory.
            return Fail(log, $"{command.Name}: {e.Message}", failure);
        }
        catch (Exception e)
        {
            // A bug, or out of memory: still one line, and the exit code that callers expect.
            Exception cause = e.GetBaseException();
            return Fail(log, $"{command.Name}: internal error: {cause.GetType().Name}: {cause.Message}", failure);
        }
    }

    private static int Print(string text)
    {
        StandardStream.Out(text);
        return 0;
    }

    // As in runc: the usage on stdout, the error where errors go.
    private static int Misused(Log log, string message, string help)
    {
        StandardStream.TryOut($"Incorrect Usage: {message}\n\n{help}\n");
        return Fail(log, message, RuntimeError);
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
            string other => throw new OciException(OciErrorCode.InvalidArgument, $"invalid log-format: {other}"),
        };
        RuntimeLogLevel least = global.Has("debug") ? RuntimeLogLevel.Debug : global.Value("log-level") switch
        {
            "debug" or "trace" => RuntimeLogLevel.Debug,
            "info" => RuntimeLogLevel.Info,
            null or "warning" or "warn" => RuntimeLogLevel.Warning,
            "error" or "fatal" or "panic" => Log.ErrorsOnly,
            string other => throw new OciException(OciErrorCode.InvalidArgument, $"invalid log-level: {other}"),
        };
        return Log.Open(global.Value("log"), json, least);
    }

    private static void CheckCount(Command command, int count)
    {
        (int fewest, int most) = command.Arguments;
        if (count >= fewest && count <= most)
            return;
        string rule = fewest == most ? $"exactly {fewest}" : count < fewest ? $"a minimum of {fewest}" : $"a maximum of {most}";
        throw new UsageException($"ocirun: \"{command.Name}\" requires {rule} argument(s)");
    }
}
