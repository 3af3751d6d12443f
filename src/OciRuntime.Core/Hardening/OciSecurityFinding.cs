namespace OciRuntime.Core.Hardening;

/// <summary>One thing in a configuration that gives a container more than it may need, or omits a defence.</summary>
public sealed record OciSecurityFinding
{
    internal OciSecurityFinding(string rule, OciSecuritySeverity level, string pointer, string reason, string hint)
    {
        Rule = rule;
        Level = level;
        Pointer = pointer;
        Reason = reason;
        Hint = hint;
    }

    /// <summary>Stable id of the rule, for example <c>NoSeccomp</c>.</summary>
    public string Rule { get; }

    /// <summary>How bad it is: the name of an <see cref="OciSecuritySeverity"/>, as text so that it survives serialization.</summary>
    public string Severity => Level.ToString();

    /// <summary>The points that it takes off the score.</summary>
    public int Points => (int)Level;

    /// <summary>JSON pointer (RFC 6901) of the property, or of the place where it is missing.</summary>
    public string Pointer { get; }

    /// <summary>What a process in the container can do with it, in one line.</summary>
    public string Reason { get; }

    /// <summary>What to do about it.</summary>
    public string Hint { get; }

    internal OciSecuritySeverity Level { get; }

    /// <summary>The finding in one line.</summary>
    public override string ToString() => $"{Severity}: {Pointer}: {Reason} ({Hint})";
}

/// <summary>How bad a finding is; the value is what it takes off a score of 100.</summary>
internal enum OciSecuritySeverity
{
    /// <summary>One defence of several is missing.</summary>
    Low = 3,
    /// <summary>It makes a bug in a program worse.</summary>
    Medium = 8,
    /// <summary>Parts of the kernel or the host are within reach.</summary>
    High = 15,
    /// <summary>A process of the container can take over the host.</summary>
    Critical = 40,
}
