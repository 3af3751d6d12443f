using System.Globalization;
using System.Management.Automation;
using System.Text;
using OciRuntime.PowerShell.Common;

namespace OciRuntime.PowerShell.Conversion;

/// <summary>A text encoding: PowerShell's names (utf8, unicode, ascii, latin1 ...), a name or a code page of .NET, or an Encoding.</summary>
public sealed class EncodingConversionAttribute : ConversionAttribute
{
    /// <summary>The names that completion offers.</summary>
    internal static readonly IReadOnlyList<string> Names = ["ascii", "bigendianunicode", "latin1", "unicode", "utf8", "utf32"];

    /// <inheritdoc/>
    protected override object? Convert(EngineIntrinsics engine, object value)
    {
        try
        {
            return value switch
            {
                Encoding encoding => encoding,
                string name => ByName(name),
                int page => Encoding.GetEncoding(page),
                _ => throw new ArgumentTransformationMetadataException(Messages.EncodingExpected(value)),
            };
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new ArgumentTransformationMetadataException(Messages.EncodingExpected(value), e);
        }
    }

    // Without byte order marks: a stream must not have one in the middle.
    private static Encoding ByName(string name) => name.ToUpperInvariant() switch
    {
        "UTF8" or "UTF8NOBOM" or "UTF-8" => StdioFormat.Utf8,
        "UNICODE" => new UnicodeEncoding(bigEndian: false, byteOrderMark: false),
        "BIGENDIANUNICODE" => new UnicodeEncoding(bigEndian: true, byteOrderMark: false),
        "UTF32" => new UTF32Encoding(bigEndian: false, byteOrderMark: false),
        "ASCII" => Encoding.ASCII,
        "LATIN1" => Encoding.Latin1,
        _ when int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int page) => Encoding.GetEncoding(page),
        _ => Encoding.GetEncoding(name),
    };
}
