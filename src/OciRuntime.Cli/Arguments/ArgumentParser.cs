namespace OciRuntime.Cli.Arguments;

/// <summary>
/// Options as runc takes them: <c>--name value</c>, <c>--name=value</c>, <c>-name</c> too, <c>-n value</c>. They end at <c>--</c> or at the
/// first argument, so that what follows belongs to the container's command.
/// </summary>
internal static class ArgumentParser
{
    /// <summary>Parses options from an index on.</summary>
    /// <param name="args">The whole command line.</param>
    /// <param name="index">Where to start; afterwards, where the rest begins.</param>
    /// <param name="options">What is known.</param>
    /// <param name="interspersed">Options may also follow arguments.</param>
    internal static ParsedArguments Parse(string[] args, ref int index, ReadOnlySpan<Option> options, bool interspersed)
    {
        var parsed = new ParsedArguments();
        while (index < args.Length)
        {
            string word = args[index];
            if (word == "--")
            {
                index++;
                break;
            }

            if (word.Length < 2 || word[0] != '-')
            {
                if (!interspersed)
                    break;
                parsed.Arguments.Add(word);
                index++;
                continue;
            }

            index++;
            string name = word[(word[1] == '-' ? 2 : 1)..];
            int equals = name.IndexOf('=', StringComparison.Ordinal);
            string? value = equals < 0 ? null : name[(equals + 1)..];
            if (equals >= 0)
                name = name[..equals];
            Option option = Find(options, name) ?? throw new UsageException($"flag provided but not defined: -{name}");
            if (option.Takes && value is null)
            {
                if (index >= args.Length)
                    throw new UsageException($"flag needs an argument: -{name}");
                value = args[index++];
            }

            parsed.Add(option.Name, value ?? "true");
        }

        while (index < args.Length)
            parsed.Arguments.Add(args[index++]);
        return parsed;
    }

    private static Option? Find(ReadOnlySpan<Option> options, string name)
    {
        foreach (Option option in options)
        {
            if (option.Name == name || (name.Length == 1 && option.Letter == name[0]))
                return option;
        }

        return null;
    }
}
