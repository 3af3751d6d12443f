using System.Globalization;

namespace OciRuntime.Cli.Arguments;

/// <summary>The parsed command line: options by name, and the arguments after them.</summary>
internal sealed class ParsedArguments
{
    private readonly List<(string Name, string Value)> _options = [];

    internal List<string> Arguments { get; } = [];

    internal void Add(string name, string value) => _options.Add((name, value));

    /// <summary>True when a switch was given, but not as <c>=false</c>.</summary>
    internal bool Has(string name) => Value(name) is not (null or "false");

    /// <summary>True when an option was given, with any value.</summary>
    internal bool Given(string name) => Last(name) is not null;

    /// <summary>The last value given, or null. An empty value counts as none, as in runc.</summary>
    internal string? Value(string name) => Last(name) is { Length: > 0 } value ? value : null;

    /// <summary>Every value given, in order.</summary>
    /// <param name="name">The option.</param>
    /// <param name="empty">Include empty values.</param>
    internal List<string> Values(string name, bool empty = false)
    {
        var values = new List<string>();
        foreach ((string option, string value) in _options)
        {
            if (option == name && (empty || value.Length > 0))
                values.Add(value);
        }
        return values;
    }

    /// <summary>A number, or the default when it was not given.</summary>
    internal int Number(string name, int otherwise, int least = 0)
    {
        if (Last(name) is not { } text)
            return otherwise;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= least
            ? number
            : throw new UsageException($"invalid value \"{text}\" for flag -{name}: parse error");
    }

    /// <summary>A duration, or the default when it was not given.</summary>
    internal TimeSpan Duration(string name, TimeSpan otherwise)
    {
        if (Last(name) is not { } text)
            return otherwise;
        return GoDuration.TryParse(text, out TimeSpan duration) ? duration : throw new UsageException($"invalid value \"{text}\" for flag -{name}: parse error");
    }

    private string? Last(string name)
    {
        for (int i = _options.Count - 1; i >= 0; i--)
        {
            if (_options[i].Name == name)
                return _options[i].Value;
        }
        return null;
    }
}
