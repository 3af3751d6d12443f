using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace OciRuntime.Core.Spec;

/// <summary>
/// Escapes the characters that JSON requires (RFC 8259, section 7) and the two line separators that Go escapes too. The framework's encoders cover
/// all of Unicode, and creating one takes longer than a short-lived command takes to write all its JSON.
/// </summary>
internal sealed unsafe class JsonEscapes : JavaScriptEncoder
{
    /// <summary>The encoder for all JSON writers.</summary>
    internal static JsonEscapes Encoder { get; } = new();

    private JsonEscapes()
    {
    }

    /// <inheritdoc/>
    public override int MaxOutputCharactersPerInputCharacter => @"\u0000".Length;

    /// <inheritdoc/>
    public override bool WillEncode(int unicodeScalar) => unicodeScalar is < ' ' or '"' or '\\' or 0x2028 or 0x2029;

    /// <inheritdoc/>
    public override int FindFirstCharacterToEncode(char* text, int textLength)
    {
        var rest = new ReadOnlySpan<char>(text, textLength);
        for (int i = 0; i < rest.Length; i++)
        {
            if (WillEncode(rest[i]))
                return i;
            if (char.IsSurrogate(rest[i]))
            {
                if (Rune.DecodeFromUtf16(rest[i..], out _, out _) != OperationStatus.Done)
                    return i;
                i++;
            }
        }
        return -1;
    }

    /// <inheritdoc/>
    public override int FindFirstCharacterToEncodeUtf8(ReadOnlySpan<byte> utf8Text)
    {
        int ascii = 0;
        while (ascii < utf8Text.Length && utf8Text[ascii] < 0x80 && !WillEncode(utf8Text[ascii]))
            ascii++;
        int rest = ascii == utf8Text.Length ? -1 : base.FindFirstCharacterToEncodeUtf8(utf8Text[ascii..]);
        return rest < 0 ? -1 : ascii + rest;
    }

    /// <inheritdoc/>
    public override bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        ReadOnlySpan<char> escape = unicodeScalar switch
        {
            '"' => "\\\"",
            '\\' => @"\\",
            '\b' => @"\b",
            '\f' => @"\f",
            '\n' => @"\n",
            '\r' => @"\r",
            '\t' => @"\t",
            _ when new Rune(unicodeScalar) is { IsBmp: false } rune => rune.ToString(),
            _ when WillEncode(unicodeScalar) => @"\u" + unicodeScalar.ToString("x4", CultureInfo.InvariantCulture),
            _ => ((char)unicodeScalar).ToString(),
        };
        bool fits = escape.TryCopyTo(new Span<char>(buffer, bufferLength));
        numberOfCharactersWritten = fits ? escape.Length : 0;
        return fits;
    }
}
