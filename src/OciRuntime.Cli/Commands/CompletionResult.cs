using OciRuntime.Cli.Arguments;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;

namespace OciRuntime.Cli.Commands;

/// <summary>The candidates for the last of some words, from the tables of commands and options.</summary>
/// <param name="Values">Words with the same beginning, and their descriptions.</param>
/// <param name="Paths">Which paths the shell adds: <c>files</c>, <c>dirs</c> or <c>none</c>.</param>
internal sealed record CompletionResult(List<(string Value, string Description)> Values, string Paths)
{
    private const string NoPaths = "none";

    private static readonly CompletionResult Nothing = new([], NoPaths);

    internal static CompletionResult Of(List<string> words)
    {
        // bash splits "--root=/x" into three words.
        List<string> given = words.FindAll(static word => word != "=");
        if (given.Count == 0)
            given.Add(string.Empty);
        string last = given[^1] == string.Empty && words[^1] == "=" ? string.Empty : given[^1];
        if (words is [.., "="])
            given.Add(last = string.Empty);
        int index = 0;
        string? root = null;
        if (Skip(given, ref index, GlobalOptions.All, ref root) is { } value)
            return ValuesOf(value, last);
        if (index == given.Count - 1)
            return last.StartsWith('-') ? Options(GlobalOptions.All, last) : Commands(last);
        string name = given[index++];
        if (name is "help" or "h")
            return Commands(last);
        return CommandTable.Find(name) is { } command ? InCommand(command, given, index, root) : Nothing;
    }

    private static CompletionResult InCommand(Command command, List<string> given, int index, string? root)
    {
        int arguments = 0;
        string last = given[^1];
        while (true)
        {
            string? none = null;
            if (Skip(given, ref index, command.Options, ref none) is { } value)
                return ValuesOf(value, last);
            if (index >= given.Count - 1)
                break;
            arguments++;
            index++;
        }
        // Words after the id of exec belong to the container.
        if (last.StartsWith('-'))
            return arguments > 0 && !command.Interspersed ? Nothing : Options(command.Options, last);
        if (command.Actions is { } actions && arguments-- == 0)
            return Fitting(actions.Select(static action => (action, string.Empty)), last);
        return arguments switch
        {
            0 when command.Ids is { } statuses => Ids(statuses, last, root),
            0 when command == CompletionCommand.Definition => Fitting(CompletionCommand.Shells.Select(static shell => (shell, string.Empty)), last),
            1 when command == MountsCommand.Definition => new([], "files"),
            1 when command == KillCommand.Definition => Fitting(SignalNames.All.Select(static signal => (signal, string.Empty)), last),
            _ => Nothing,
        };
    }

    /// <summary>Skips options and their values; returns the option whose value is the last word.</summary>
    private static Option? Skip(List<string> given, ref int index, Option[] options, ref string? root)
    {
        while (index < given.Count - 1 && given[index].StartsWith('-') && given[index].Length > 1)
        {
            string word = given[index++].TrimStart('-');
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? word : word[..equals];
            Option? option = Array.Find(options, option => option.Name == name || (name.Length == 1 && option.Letter == name[0]));
            if (option is not { Takes: true })
                continue;
            if (equals < 0 && index == given.Count - 1)
                return option;
            string value = equals < 0 ? given[index++] : word[(equals + 1)..];
            if (option.Name == "root")
                root = value;
        }
        return null;
    }

    // An option with fixed values lists them in the table: text|json.
    private static CompletionResult ValuesOf(Option option, string last) => option.Value switch
    {
        "DIR" => new([], "dirs"),
        "FILE" or "PATH" or "FILE|-" => new([], "files"),
        { } several when several.Contains('|', StringComparison.Ordinal) => Fitting(several.Split('|').Select(static one => (one, string.Empty)), last),
        _ => Nothing,
    };

    private static CompletionResult Commands(string last) =>
        Fitting(CommandTable.Names.ToArray().Append("help").Select(static name => (name, CommandTable.Find(name)?.Summary ?? "show help")), last);

    private static CompletionResult Options(Option[] options, string last) => Fitting(options.Append(Option.Help).Select(static option => ("--" + option.Name, option.Text)), last);

    private static CompletionResult Ids(ContainerStatus[] statuses, string last, string? root)
    {
        try
        {
            var runtime = new ContainerRuntime(new RuntimeOptions { Root = root });
            return Fitting(runtime.List().Where(container => statuses is [] || container.Is(statuses)).Select(static container => (container.Id, container.Status)), last);
        }
        catch (OciException)
        {
            return Nothing; // the command itself will report the error
        }
    }

    private static CompletionResult Fitting(IEnumerable<(string Value, string Description)> values, string last) =>
        new([.. values.Where(pair => pair.Value.StartsWith(last, StringComparison.Ordinal))], NoPaths);
}
