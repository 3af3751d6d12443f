namespace OciRuntime.Cli.Arguments;

/// <summary>
/// Options in runc's syntax (Go's flag package): <c>--name value</c>, <c>--name=value</c>, with one dash too, <c>-n value</c>. <c>--</c> ends them.
/// </summary>
internal static class ArgumentParser
{
    /// <summary>Parses options from an index on.</summary>
    /// <param name="args">The whole command line.</param>
    /// <param name="index">Where to start; afterwards, where the rest begins: the end if options and arguments may mix.</param>
    /// <param name="options">The known options, without help.</param>
    /// <param name="interspersed">Options may also follow arguments; otherwise the first argument ends the options and the rest is left.</param>
    internal static ParsedArguments Parse(string[] args, ref int index, ReadOnlySpan<Option> options, bool interspersed)
    {
        var parsed = new ParsedArguments();
        while (index < args.Length)
        {
            string word = args[index];
            // A single dash is an argument: stdin.
            if (word.Length < 2 || word[0] != '-')
            {
                if (!interspersed)
                    break;
                parsed.Arguments.Add(word);
                index++;
                continue;
            }
            index++;
            if (word == "--")
                break;
            string name = word[(word[1] == '-' ? 2 : 1)..];
            int equals = name.IndexOf('=', StringComparison.Ordinal);
            string? value = equals < 0 ? null : name[(equals + 1)..];
            if (equals >= 0)
                name = name[..equals];
            Option option = Find(options, name) ?? throw new UsageException($"flag provided but not defined: -{name}");
            if (!option.Takes)
                value = Switch(name, value);
            else if (value is null)
                value = index < args.Length ? args[index++] : throw new UsageException($"flag needs an argument: -{name}");
            parsed.Add(option.Name, value);
        }
        if (interspersed)
        {
            while (index < args.Length)
                parsed.Arguments.Add(args[index++]);
        }
        return parsed;
    }

    // The values that Go's strconv.ParseBool accepts.
    private static string Switch(string name, string? value) => value switch
    {
        null or "1" or "t" or "T" or "true" or "TRUE" or "True" => "true",
        "0" or "f" or "F" or "false" or "FALSE" or "False" => "false",
        _ => throw new UsageException($"invalid boolean value \"{value}\" for -{name}: parse error"),
    };

    private static Option? Find(ReadOnlySpan<Option> options, string name)
    {
        foreach (Option option in options)
        {
            if (option.Name == name || (name.Length == 1 && option.Letter == name[0]))
                return option;
        }
        return name is "help" or "h" ? Option.Help : null;
    }
}
