using System.Text;

namespace OciRuntime.Core.Spec.Schema;

/// <summary>JSON text as editors save it: a byte order mark tells UTF-8 and UTF-16 apart (RFC 8259 lets a reader ignore it).</summary>
internal static class Utf8Text
{
    /// <summary>The same text in UTF-8, without the mark.</summary>
    public static ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> text) => text.Span switch
    {
        [0xEF, 0xBB, 0xBF, ..] => text[3..],
        [0xFF, 0xFE, ..] => Encoding.UTF8.GetBytes(Encoding.Unicode.GetString(text.Span[2..])),
        [0xFE, 0xFF, ..] => Encoding.UTF8.GetBytes(Encoding.BigEndianUnicode.GetString(text.Span[2..])),
        _ => text,
    };
}
