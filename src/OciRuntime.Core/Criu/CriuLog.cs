using OciRuntime.Core.Files;

namespace OciRuntime.Core.Criu;

/// <summary>What criu's log says about a failure.</summary>
internal static class CriuLog
{
    private const string Mark = "Error (";

    // A program that criu ran has failed; its own error comes before this line.
    private const string Exited = "): exited, status=";

    /// <summary>The error lines of the log, without criu's prefix (a time, a pid); empty when there are none or there is no log.</summary>
    public static List<string> Errors(string path)
    {
        var lines = new List<string>();
        foreach (ReadOnlySpan<char> line in (TextFile.TryRead(path, out _) ?? string.Empty).AsSpan().EnumerateLines())
        {
            int at = line.IndexOf(Mark, StringComparison.Ordinal);
            if (at >= 0 && !line.Contains(Exited, StringComparison.Ordinal))
                lines.Add(line[at..].Trim().ToString());
        }
        return lines;
    }
}
