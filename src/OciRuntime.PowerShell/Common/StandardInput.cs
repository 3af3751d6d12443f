using System.Management.Automation;
using System.Text;

namespace OciRuntime.PowerShell.Common;

/// <summary>Pipeline objects as bytes for stdin: bytes as they are, anything else as a line of text.</summary>
internal sealed class StandardInput(Encoding encoding)
{
    private readonly byte[] _single = new byte[1];

    /// <summary>The bytes of an object, valid until the next call.</summary>
    public ReadOnlySpan<byte> Bytes(object? input)
    {
        switch (input is PSObject wrapped ? wrapped.BaseObject : input)
        {
            // PowerShell enumerates a byte array into single bytes.
            case byte single:
                _single[0] = single;
                return _single;
            case byte[] many:
                return many;
            default:
                return encoding.GetBytes((LanguagePrimitives.ConvertTo<string>(input) ?? string.Empty) + '\n');
        }
    }
}
