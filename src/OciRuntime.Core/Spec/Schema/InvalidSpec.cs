using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Spec.Schema;

/// <summary>The words of errors in the configuration.</summary>
internal static class InvalidSpec
{
    /// <summary>A value that is not as it must be.</summary>
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
