namespace OciRuntime.Core.Errors;

/// <summary>
/// The one exception of the core. Its message is one line: what was being done, to what, and why it failed.
/// </summary>
public sealed class OciException : Exception
{
    /// <summary>Makes an error.</summary>
    /// <param name="code">Stable code.</param>
    /// <param name="message">One line: what was being done, to what, why it failed.</param>
    /// <param name="innerException">What caused it, if anything.</param>
    public OciException(OciErrorCode code, string message, Exception? innerException = null)
        : base(OneLine(message), innerException) => Code = code;

    /// <summary>Stable code.</summary>
    public OciErrorCode Code { get; }

    /// <summary>The launch step or verb that failed, for example <c>mount</c>.</summary>
    public string? Step { get; init; }

    /// <summary>The system call that failed, with the kernel's name.</summary>
    public string? Syscall { get; init; }

    /// <summary>What it was done to: a path, an id, a namespace.</summary>
    public string? Object { get; init; }

    /// <summary>errno, positive; 0 when no call failed.</summary>
    public int Errno { get; init; }

    /// <summary>JSON pointer into config.json, for example <c>/mounts/3</c>.</summary>
    public string? SpecPointer { get; init; }

    /// <summary>What the user can do about it.</summary>
    public string? Hint { get; init; }

    /// <summary>The rule that was violated.</summary>
    internal Refusal Refusal { get; init; }

    /// <summary>A value or name that another wording of the message needs besides <see cref="Object"/>.</summary>
    internal string Detail { get; init; } = string.Empty;

    /// <summary>The same error with a longer message; this one is its cause.</summary>
    /// <param name="message">The whole line.</param>
    internal OciException Saying(string message) => new(this, message, this) { Refusal = Refusal.None };

    /// <summary>The same error with another hint.</summary>
    /// <param name="hint">What the user can do about it.</param>
    internal OciException Advising(string hint) => new(this, Message, InnerException) { Hint = hint };

    /// <summary>The same error with the step in which it occurred; this one is its cause.</summary>
    /// <param name="step">Name of the step.</param>
    /// <param name="pointer">JSON pointer of what asked for it, unless the error has one.</param>
    internal OciException In(string step, string? pointer) => new(this, Message, this) { Step = step, SpecPointer = SpecPointer ?? pointer };

    private OciException(OciException other, string message, Exception? innerException)
        : this(other.Code, message, innerException)
    {
        Step = other.Step;
        Syscall = other.Syscall;
        Object = other.Object;
        Errno = other.Errno;
        SpecPointer = other.SpecPointer;
        Hint = other.Hint;
        Refusal = other.Refusal;
        Detail = other.Detail;
    }

    // File names and values may come from images: control characters and line separators become spaces.
    private static string OneLine(string message)
    {
        foreach (char c in message)
        {
            if (char.IsControl(c))
                return string.Create(message.Length, message, static (span, from) =>
                {
                    for (int i = 0; i < span.Length; i++)
                        span[i] = char.IsControl(from[i]) ? ' ' : from[i];
                });
        }
        return message;
    }
}
