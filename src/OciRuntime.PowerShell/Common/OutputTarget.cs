using System.Text;

namespace OciRuntime.PowerShell.Common;

/// <summary>Where a foreground cmdlet's output goes: lines, bytes, or a file that is open while the process runs.</summary>
internal sealed class OutputTarget : IDisposable
{
    private FileStream? _file;

    /// <summary>Opens the file, if one was named, and truncates it like a redirection.</summary>
    /// <param name="file">Full path, or null.</param>
    /// <param name="encoding">Encoding of lines.</param>
    /// <param name="bytes">Return byte arrays instead of lines.</param>
    public StdioFormat Open(string? file, Encoding encoding, bool bytes)
    {
        if (file is not null)
            _file = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        return new StdioFormat(encoding, bytes || file is not null, _file);
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }
}
