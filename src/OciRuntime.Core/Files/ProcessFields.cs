using System.Globalization;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Files;

/// <summary>The fields of /proc/PID/status by name (proc_pid_status(5)).</summary>
internal sealed class ProcessFields
{
    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);

    private ProcessFields(string text)
    {
        foreach (string line in text.Split('\n'))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
                _fields[line[..colon]] = line[(colon + 1)..].Trim();
        }
    }

    /// <summary>Reads the fields of a process.</summary>
    /// <param name="directory">/proc/PID.</param>
    /// <returns>Null when the process has ended.</returns>
    /// <exception cref="Errors.OciException">The file can't be read.</exception>
    public static ProcessFields? TryRead(string directory) => ReadIfThere(directory + "/status") is { } text ? new ProcessFields(text) : null;

    /// <summary>A file of a process that may have ended since its pid was listed: then the open or the read fails.</summary>
    public static string? ReadIfThere(string path) =>
        TextFile.TryRead(path, out int errno) ?? (errno is Errno.ENOENT or Errno.ESRCH ? null : throw KernelError.From("look at the process", path, "read", errno));

    /// <summary>Finds a field in such a text, or in any other with one "name: value" per line; empty when there is none.</summary>
    public static ReadOnlySpan<char> Find(ReadOnlySpan<char> text, string name)
    {
        foreach (ReadOnlySpan<char> line in text.EnumerateLines())
        {
            if (line.Length > name.Length && line[name.Length] == ':' && line.StartsWith(name, StringComparison.Ordinal))
                return line[(name.Length + 1)..].Trim();
        }
        return default;
    }

    /// <summary>A field's text; empty when there is none.</summary>
    public string this[string name] => _fields.GetValueOrDefault(name, string.Empty);

    /// <summary>A field's words.</summary>
    public string[] Words(string name) => this[name].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The number at the start of a field; 0 when there is none.</summary>
    public long Number(string name) => Words(name) is [{ } first, ..] ? Parse(first) : 0;

    /// <summary>The number at the end of a field; 0 when there is none.</summary>
    public long LastNumber(string name) => Words(name) is [.., { } last] ? Parse(last) : 0;

    /// <summary>A bit set in hexadecimal.</summary>
    public ulong Bits(string name) => ulong.TryParse(this[name], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong bits) ? bits : 0;

    private static long Parse(string word) => long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0;
}
