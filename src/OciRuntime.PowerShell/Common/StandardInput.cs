using System.Management.Automation;
using System.Text;

namespace OciRuntime.PowerShell.Common;

/// <summary>Pipeline objects as bytes for stdin: bytes as they are, anything else as a line of UTF-8 text.</summary>
internal sealed class StandardInput
{
    private readonly List<byte> _bytes = [];

    /// <summary>The bytes that an object makes ready; null while single bytes are being gathered.</summary>
    public byte[]? Take(object? input)
    {
        object? value = input is PSObject wrapped ? wrapped.BaseObject : input;
        switch (value)
        {
            // PowerShell unrolls a byte array into its bytes.
            case byte single:
                _bytes.Add(single);
                return _bytes.Count < 4096 ? null : Rest();
            case byte[] many:
                _bytes.AddRange(many);
                return Rest();
            default:
                string text = LanguagePrimitives.ConvertTo<string>(input) ?? string.Empty;
                _bytes.AddRange(Encoding.UTF8.GetBytes(text));
                _bytes.Add((byte)'\n');
                return Rest();
        }
    }

    /// <summary>What is still held, or null.</summary>
    public byte[]? Rest()
    {
        if (_bytes.Count == 0)
            return null;
        byte[] rest = [.. _bytes];
        _bytes.Clear();
        return rest;
    }
}
