using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Spec.Schema;

/// <summary>Makes the errors of an invalid configuration.</summary>
internal static class InvalidSpec
{
    /// <summary>The error for an invalid value.</summary>
    public static OciException Error(string source, string pointer, string problem, string? hint = null, Refusal refusal = Refusal.None, string detail = "") =>
        new(OciErrorCode.InvalidSpec, pointer.Length == 0 ? $"{source}: {problem}" : $"{source}: {pointer}: {problem}")
        {
            Step = "config",
            Object = source,
            SpecPointer = pointer,
            Hint = hint,
            Refusal = refusal,
            Detail = detail,
        };
}
