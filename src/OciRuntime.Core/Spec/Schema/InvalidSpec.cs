using System.Globalization;
using System.Text.Json;
using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Spec.Schema;

/// <summary>The words of errors in the configuration.</summary>
internal static class InvalidSpec
{
    /// <summary>A value that is not as it must be.</summary>
    public static OciException Error(string source, string pointer, string problem, string? hint = null) =>
        new(OciErrorCode.InvalidSpec, pointer.Length == 0 ? $"{source}: {problem}" : $"{source}: {pointer}: {problem}")
        {
            Step = "config",
            Object = source,
            SpecPointer = pointer,
            Hint = hint,
        };

    /// <summary>Text that is not JSON.</summary>
    public static OciException Syntax(string source, JsonException error)
    {
        // The parser counts from 0 and repeats the position behind its sentence.
        string message = error.Message;
        int position = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        string reason = (position >= 0 ? message[..position] : message).TrimEnd('.');
        string place = string.Create(CultureInfo.InvariantCulture, $"{source}:{error.LineNumber + 1}:{error.BytePositionInLine + 1}");
        return new OciException(OciErrorCode.InvalidSpec, $"{place}: not valid JSON: {OneLine(reason)}", error)
        {
            Step = "config",
            Object = source,
            SpecPointer = string.Empty,
        };
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
