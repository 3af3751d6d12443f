using OciRuntime.Core.Files;

namespace OciRuntime.Core.Criu;

/// <summary>What criu's log says of a failure.</summary>
internal static class CriuLog
{
    private const string Mark = "Error (";

    // Of a program that criu has run, whose own words come before.
    private const string Exited = "): exited, status=";

    /// <summary>Its lines with an error, without what criu prints before them (a time, a pid); empty when it has none or there is no log.</summary>
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
