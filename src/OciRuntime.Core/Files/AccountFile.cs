using System.Globalization;
using System.Text;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Files;

/// <summary>
/// Account files, passwd(5) and group(5): lines of fields separated by colons. Lines without a name, comments and lines with too few fields
/// are skipped.
/// </summary>
internal static class AccountFile
{
    private const int MaxSize = 4 << 20;

    /// <summary>The text of a file in a root filesystem, resolved inside that root; null with errno set.</summary>
    public static string? TryRead(int root, string path)
    {
        using SafeFd? file = ImageFile.TryOpen(root, path);
        return file is not null && SmallFile.ReadAll(file.Number, MaxSize, regular: true) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;
    }

    /// <summary>The fields of each line that has at least this many.</summary>
    public static IEnumerable<string[]> Lines(string text, int fields)
    {
        for (int start = 0, end; start < text.Length; start = end + 1)
        {
            end = text.IndexOf('\n', start);
            if (end < 0)
                end = text.Length;
            string[] parts = text[start..end].TrimEnd('\r').Split(':');
            if (parts.Length >= fields && parts[0].Length > 0 && parts[0][0] != '#')
                yield return parts;
        }
    }

    /// <summary>An id in digits; null for anything else, and for 4294967295, which is (uid_t)-1.</summary>
    public static uint? IdOf(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint id) && id != uint.MaxValue ? id : null;
}
