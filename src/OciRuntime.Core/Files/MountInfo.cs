using System.Text;

namespace OciRuntime.Core.Files;

/// <summary>A line of /proc/PID/mountinfo (proc_pid_mountinfo(5)). Fields are slices of the text, found on demand.</summary>
internal readonly ref struct MountInfo
{
    private const string Separator = " - ";

    private readonly ReadOnlySpan<char> _mount, _filesystem;

    private MountInfo(ReadOnlySpan<char> mount, ReadOnlySpan<char> filesystem)
    {
        _mount = mount;
        _filesystem = filesystem;
    }

    /// <summary>The mount ID, the same as in statx(2).</summary>
    public ReadOnlySpan<char> Id => Field(_mount, 0);

    /// <summary>The mounted directory of the filesystem; escaped.</summary>
    public ReadOnlySpan<char> Root => Field(_mount, 3);

    /// <summary>Its mount point, relative to the process's root; escaped.</summary>
    public ReadOnlySpan<char> Point => Field(_mount, 4);

    /// <summary>Options of the mount.</summary>
    public ReadOnlySpan<char> Options => Field(_mount, 5);

    /// <summary>Type of the filesystem.</summary>
    public ReadOnlySpan<char> Type => Field(_filesystem, 0);

    /// <summary>What is mounted; escaped, and empty when nothing was named.</summary>
    public ReadOnlySpan<char> Source => Field(_filesystem, 1);

    /// <summary>Options of the filesystem.</summary>
    public ReadOnlySpan<char> SuperOptions => Field(_filesystem, 2);

    /// <summary>The complete lines of a text; lines that lack a field are left out.</summary>
    public static Lines In(string text) => new(text);

    /// <summary>Decodes a field: spaces, newlines and backslashes are escaped in octal.</summary>
    public static string Unescape(ReadOnlySpan<char> field)
    {
        if (!field.Contains('\\'))
            return field.ToString();
        var plain = new StringBuilder(field.Length);
        for (int i = 0; i < field.Length; i++)
        {
            bool escaped = field[i] == '\\' && i + 3 < field.Length && field.Slice(i + 1, 3).IndexOfAnyExceptInRange('0', '7') < 0;
            plain.Append(escaped ? (char)(((field[i + 1] - '0') << 6) | ((field[i + 2] - '0') << 3) | (field[i + 3] - '0')) : field[i]);
            i += escaped ? 3 : 0;
        }
        return plain.ToString();
    }

    // Six fields, any number of optional ones, the separator, and three that are the filesystem's. A space is escaped wherever it is not a separator.
    private static bool TryParse(ReadOnlySpan<char> line, out MountInfo mount)
    {
        int end = line.IndexOf(Separator);
        mount = end < 0 ? default : new(line[..end], line[(end + Separator.Length)..]);
        return mount._mount.Count(' ') >= 5 && mount._filesystem.Count(' ') >= 2;
    }

    private static ReadOnlySpan<char> Field(ReadOnlySpan<char> fields, int index)
    {
        for (; index > 0; index--)
            fields = fields[(fields.IndexOf(' ') + 1)..];
        int end = fields.IndexOf(' ');
        return end < 0 ? fields : fields[..end];
    }

    /// <summary>An enumerator; only a newline ends a line, as the other line ends of Unicode may be in a path.</summary>
    internal ref struct Lines(ReadOnlySpan<char> text)
    {
        private ReadOnlySpan<char> _rest = text;
        private MountInfo _current;

        public readonly MountInfo Current => _current;

        public readonly Lines GetEnumerator() => this;

        public bool MoveNext()
        {
            while (!_rest.IsEmpty)
            {
                int end = _rest.IndexOf('\n');
                ReadOnlySpan<char> line = end < 0 ? _rest : _rest[..end];
                _rest = end < 0 ? default : _rest[(end + 1)..];
                if (TryParse(line, out _current))
                    return true;
            }
            return false;
        }
    }
}
