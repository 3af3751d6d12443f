using System.Text;

namespace OciRuntime.PowerShell.Common;

/// <summary>How to treat the bytes of a foreground process.</summary>
/// <param name="Encoding">Encoding of lines, in both directions.</param>
/// <param name="IsBinary">stdout is bytes, not lines.</param>
/// <param name="OutFile">Where stdout goes instead of the pipeline, or null.</param>
internal sealed record StdioFormat(Encoding Encoding, bool IsBinary, Stream? OutFile)
{
    /// <summary>UTF-8 without a byte order mark.</summary>
    public static Encoding Utf8 { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
}
