using System.Globalization;
using System.Text;
using System.Text.Json;
using OciRuntime.Core.Errors;

namespace OciRuntime.Core.Spec.Schema;

/// <summary>Parses JSON text, and words its syntax errors.</summary>
internal static class JsonText
{
    /// <summary>The limit of Go's decoder, and so of runc.</summary>
    public const int MaxDepth = 10_000;

    private static readonly JsonReaderOptions s_options = new() { MaxDepth = MaxDepth };

    /// <summary>Parses one value.</summary>
    /// <param name="text">The text; a byte order mark is allowed.</param>
    /// <param name="source">The name of the text, for errors.</param>
    /// <exception cref="OciException">InvalidSpec, with line and column, both from 1.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> text, string source)
    {
        ReadOnlyMemory<byte> utf8 = Utf8Text.Of(text);
        try
        {
            return JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = MaxDepth });
        }
        catch (JsonException e)
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"{source}:{e.LineNumber + 1}:{e.BytePositionInLine + 1}");
            throw new OciException(OciErrorCode.InvalidSpec, $"{place}: not valid JSON: {Problem(utf8.Span, OffsetOf(utf8.Span, e))}", e)
            {
                Step = "config",
                Object = source,
                SpecPointer = string.Empty,
            };
        }
    }

    /// <summary>The end of the first value, or -1 if it may continue. For text that can't become JSON, the end of the text.</summary>
    public static int EndOfFirst(ReadOnlySpan<byte> text)
    {
        // A byte order mark of UTF-16, or the first bytes of one of UTF-8: the text comes from a file of an editor.
        if (text is [0xFF or 0xFE, ..] or [0xEF] or [0xEF, 0xBB])
            return -1;
        int start = text is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0;
        var reader = new Utf8JsonReader(text[start..], isFinalBlock: false, new JsonReaderState(s_options));
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth == 0 && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
                    return start + (int)reader.BytesConsumed;
            }
        }
        catch (JsonException)
        {
            return text.Length;
        }
        return -1;
    }

    private static int OffsetOf(ReadOnlySpan<byte> text, JsonException error)
    {
        int offset = 0;
        for (long line = error.LineNumber ?? 0; line > 0; line--)
            offset += text[offset..].IndexOf((byte)'\n') + 1;
        return Math.Min(offset + (int)(error.BytePositionInLine ?? 0), text.Length);
    }

    // What was expected after the last valid token, and what was found.
    private static string Problem(ReadOnlySpan<byte> text, int at)
    {
        var reader = new Utf8JsonReader(text, s_options);
        var open = new Stack<bool>();
        JsonTokenType last = JsonTokenType.None;
        int end = 0;
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                    open.Push(reader.TokenType == JsonTokenType.StartObject);
                else if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
                    open.Pop();
                last = reader.TokenType;
                end = (int)reader.BytesConsumed;
            }
        }
        catch (JsonException)
        {
            // The offset is already known.
        }
        string found = Found(text, at);
        if (open.Count == MaxDepth)
            return string.Create(CultureInfo.InvariantCulture, $"nested deeper than {MaxDepth} levels");
        // The parser reads a name and its colon as one token.
        ReadOnlySpan<byte> token = text[Math.Min(end, at)..at].TrimStart(" \t\r\n,:"u8);
        bool quoted = token is [(byte)'"', ..], closed = quoted && EndsIn(token[1..]);
        if (quoted && !closed)
            return at >= text.Length ? "unterminated string" : $"a string can't contain {found}";
        if (closed)
            return $"expected a colon and a value, found {found}";
        string expected = (last, InObject: open.TryPeek(out bool isObject) ? isObject : (bool?)null) switch
        {
            (JsonTokenType.None, _) => "a value",
            (JsonTokenType.PropertyName, _) => "a colon and a value",
            (JsonTokenType.StartObject, _) => "a name in double quotes or \"}\"",
            (JsonTokenType.StartArray, _) => "a value or \"]\"",
            (_, null) => "the end of the text",
            (_, true) => "a comma and the next name, or \"}\"",
            (_, false) => "a comma and the next value, or \"]\"",
        };
        return $"expected {expected}, found {found}";
    }

    private static bool EndsIn(ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == '"')
                return true;
        }
        return false;
    }

    private static string Found(ReadOnlySpan<byte> text, int at)
    {
        if (at >= text.Length)
            return text.Trim(" \t\r\n"u8).IsEmpty ? "nothing" : "the end of the text";
        if (Rune.DecodeFromUtf8(text[at..], out Rune found, out _) != System.Buffers.OperationStatus.Done)
            return "a byte that is not UTF-8";
        return Rune.IsControl(found) ? string.Create(CultureInfo.InvariantCulture, $"the character U+{found.Value:X4}") : $"'{found}'";
    }
}
