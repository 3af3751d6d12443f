namespace OciRuntime.Core.Lint;

/// <summary>One finding of <see cref="SpecLint"/>.</summary>
public sealed record OciSpecIssue
{
    internal OciSpecIssue(string rule, OciIssueSeverity level, string pointer, string message, string? hint = null)
    {
        Rule = rule;
        Level = level;
        Pointer = pointer;
        Message = message;
        Hint = hint;
    }

    /// <summary>Stable id of the rule, for example <c>UnknownProperty</c>.</summary>
    public string Rule { get; }

    /// <summary>The name of an <see cref="OciIssueSeverity"/>, as text so that the object serializes the same everywhere.</summary>
    public string Severity => Level.ToString();

    /// <summary>JSON pointer (RFC 6901); empty for the whole document.</summary>
    public string Pointer { get; init; }

    /// <summary>What is wrong, in one line.</summary>
    public string Message { get; init; }

    /// <summary>What to do about it, or null.</summary>
    public string? Hint { get; init; }

    internal OciIssueSeverity Level { get; init; }

    /// <summary>The finding in one line.</summary>
    public override string ToString() =>
        $"{Severity}: {(Pointer.Length == 0 ? string.Empty : Pointer + ": ")}{Message}{(Hint is null ? string.Empty : $" ({Hint})")}";
}

/// <summary>Severity of a finding.</summary>
internal enum OciIssueSeverity
{
    /// <summary>Worth knowing.</summary>
    Info,
    /// <summary>Works, but probably not as intended.</summary>
    Warning,
    /// <summary>No container can be created.</summary>
    Error,
}
