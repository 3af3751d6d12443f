namespace OciRuntime.Core.Lint;

/// <summary>One finding of <see cref="SpecLint"/>.</summary>
/// <param name="Rule">Stable id of the rule, for example <c>UnknownProperty</c>.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Pointer">JSON pointer (RFC 6901); empty for the whole document.</param>
/// <param name="Message">What is wrong, in one line.</param>
/// <param name="Hint">What to do about it, or null.</param>
public sealed record OciSpecIssue(string Rule, OciIssueSeverity Severity, string Pointer, string Message, string? Hint = null)
{
    /// <summary>The finding in one line.</summary>
    public override string ToString() =>
        $"{Severity}: {(Pointer.Length == 0 ? string.Empty : Pointer + ": ")}{Message}{(Hint is null ? string.Empty : $" ({Hint})")}";
}

/// <summary>How bad a finding is.</summary>
public enum OciIssueSeverity
{
    /// <summary>Worth knowing.</summary>
    Info,
    /// <summary>Works, but probably not as meant.</summary>
    Warning,
    /// <summary>No container can be made.</summary>
    Error,
}
