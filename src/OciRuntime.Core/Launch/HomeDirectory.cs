using System.Globalization;
using System.Text;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Launch;

/// <summary>
/// HOME of a uid by the container's own etc/passwd. Read here, with the path held inside the container's root, so that nothing
/// that enters the container parses its files.
/// </summary>
internal static class HomeDirectory
{
    private const int MaxSize = 1 << 20;

    /// <summary>The home, "/" when the file does not tell, null when the environment has HOME already.</summary>
    /// <param name="root">The container's root: the rootfs, or /proc/PID/root.</param>
    /// <param name="process">The process to start.</param>
    public static string? For(string root, OciProcess process)
    {
        // The last one counts, and an empty one is none, as in runc.
        if (process.Env?.FindLast(static entry => entry.StartsWith("HOME=", StringComparison.Ordinal)) is { Length: > 5 })
            return null;
        return Find(root, process.User?.Uid ?? 0) ?? "/";
    }

    internal static string? Parse(ReadOnlySpan<byte> passwd, uint uid)
    {
        Span<Range> fields = stackalloc Range[8];
        foreach (Range range in passwd.Split((byte)'\n'))
        {
            ReadOnlySpan<char> line = Encoding.UTF8.GetString(passwd[range]);
            if (line.Split(fields, ':') >= 6
                && uint.TryParse(line[fields[2]], NumberStyles.None, CultureInfo.InvariantCulture, out uint id) && id == uid)
            {
                // What can't be a value of the environment is none.
                return line[fields[5]].Length > 0 && !line[fields[5]].Contains('\0') ? line[fields[5]].ToString() : null;
            }
        }
        return null;
    }

    private static string? Find(string root, uint uid)
    {
        int rootFd = Libc.open(root, Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
        if (rootFd < 0)
            return Errno.TellsNothing(Errno.Last) ? throw KernelError.Last("open", root, "open") : null;
        using var rootHandle = new SafeFd(rootFd);
        using SafeFd? file = ImageFile.TryOpen(rootFd, "etc/passwd");
        if (file is null && Errno.TellsNothing(Errno.Last))
            throw KernelError.Last("read the image's", "etc/passwd", "openat2");
        if (file is null)
            return null;
        byte[]? bytes = SmallFile.ReadAll(file.Number, MaxSize, regular: true);
        return bytes is null ? null : Parse(bytes, uid);
    }
}
