using OciRuntime.Core.Errors;
using OciRuntime.Core.Spec.Schema;

namespace OciRuntime.Core.Spec.Validation;

/// <summary>One reason why a container can't be made from a configuration.</summary>
internal sealed record SpecProblem(string Pointer, string Message, string? Hint);

/// <summary>Receives the problems that the rules find: throws the first, or collects all.</summary>
internal sealed class SpecProblems(string source, List<SpecProblem>? all)
{
    /// <summary>Adds a problem.</summary>
    /// <param name="pointer">JSON pointer of the value.</param>
    /// <param name="message">What is wrong.</param>
    /// <param name="hint">What to do about it.</param>
    /// <param name="refusal">The rule, for callers that word it differently.</param>
    /// <param name="detail">The names for their wording.</param>
    public void Add(string pointer, string message, string? hint = null, Refusal refusal = Refusal.None, string detail = "")
    {
        if (all is null)
            throw InvalidSpec.Error(source, pointer, message, hint, refusal, detail);
        all.Add(new SpecProblem(pointer, message, hint));
    }

    /// <summary>Checks that a value is one of a few words.</summary>
    public void OneOf(string pointer, string what, string value, string[] legal, string? hint = null)
    {
        if (Array.IndexOf(legal, value) < 0)
            Add(pointer, $"unknown {what} \"{value}\"; expected one of {string.Join(", ", legal)}", hint ?? NearestName.Hint(value ?? string.Empty, legal));
    }

    /// <summary>Checks an id. The highest number is not one: it means "none" to the kernel.</summary>
    public void Id(string pointer, uint? id)
    {
        if (id is uint.MaxValue)
            Add(pointer, $"{id} is not an id");
    }

    /// <summary>Checks that a text has no NUL, which a C string can't hold.</summary>
    public void NoNul(string pointer, string? value)
    {
        if (value is not null && value.Contains('\0', StringComparison.Ordinal))
            Add(pointer, "a NUL character is not allowed");
    }

    /// <summary>Checks that a path is given and absolute.</summary>
    public void AbsolutePath(string pointer, string? path)
    {
        if (string.IsNullOrEmpty(path))
            Add(pointer, "must not be empty");
        else if (path[0] != '/')
            Add(pointer, $"must be an absolute path, found \"{path}\"");
        NoNul(pointer, path);
    }

    /// <summary>Checks NAME=value entries.</summary>
    public void Environment(string pointer, List<string>? env)
    {
        for (int i = 0; i < env?.Count; i++)
        {
            string entry = env[i] ?? string.Empty;
            if (entry.IndexOf('=', StringComparison.Ordinal) <= 0)
                Add(SpecPointer.Item(pointer, i), $"expected NAME=value, found \"{entry}\"");
            else if (entry.Contains('\0', StringComparison.Ordinal))
                Add(SpecPointer.Item(pointer, i), "a NUL character is not allowed");
        }
    }
}
