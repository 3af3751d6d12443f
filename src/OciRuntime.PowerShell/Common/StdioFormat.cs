using System.Text;

namespace OciRuntime.PowerShell.Common;

/// <summary>What the bytes of a foreground process are.</summary>
/// <param name="Encoding">Of lines, both ways.</param>
/// <param name="IsBinary">stdout is bytes, not lines.</param>
/// <param name="OutFile">Where stdout goes instead of the pipeline, or null.</param>
internal sealed record StdioFormat(Encoding Encoding, bool IsBinary, Stream? OutFile)
{
    /// <summary>UTF-8 without a byte order mark.</summary>
    public static Encoding Utf8 { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
}
