using System.Buffers;
using System.Globalization;
using System.Text.Json;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Spec;

namespace OciRuntime.Core.Checkpoint;

/// <summary>
/// The standard streams that a container's init has from its caller: pipes, and files and devices on mounts that it can't see. Their names are kept with the images (in
/// runc's file), so that a restore replaces them with the streams of its own caller.
/// </summary>
internal static unsafe class ExternalStdio
{
    private const string FileName = "descriptors.json";
    private const int Count = 3;

    /// <summary>Names of the streams as criu sees them; empty for a stream that is not replaced.</summary>
    /// <param name="kept">What the streams were when the container was made.</param>
    /// <param name="pid">Pid of its init.</param>
    public static string[] NamesOf(IReadOnlyList<string> kept, int pid)
    {
        string proc = "/proc/" + pid.ToString(CultureInfo.InvariantCulture);
        var mounts = new HashSet<string>(StringComparer.Ordinal);
        foreach (MountInfo mount in MountInfo.In(TextFile.Read(proc + "/mountinfo")))
            mounts.Add(mount.Id.ToString());
        var names = new string[Count];
        for (int i = 0; i < Count; i++)
            names[i] = i < kept.Count && IsPipe(kept[i]) ? kept[i] : FileOf(proc, i, mounts) ?? string.Empty;
        return names;
    }

    /// <summary>The names that a dump must be given: not pipes, whose other side criu ignores.</summary>
    public static List<string> ForDump(IEnumerable<string> names) => [.. names.Where(IsFile).Distinct()];

    /// <summary>Writes the names to the directory of the images.</summary>
    public static void Write(int images, string shownPath, IReadOnlyList<string> names)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JsonEscapes.Encoder }))
        {
            json.WriteStartArray();
            foreach (string name in names)
                json.WriteStringValue(name);
            json.WriteEndArray();
        }
        SmallFile.Replace(images, FileName, buffer.WrittenSpan, 0x180 /* 0600 */, shownPath + "/" + FileName);
    }

    /// <summary>The replacement for each, among criu's own standard streams.</summary>
    public static List<(string Key, int Fd)> ForRestore(string path)
    {
        using SafeFd images = CriuSettings.OpenDirectory(path, "image", make: false);
        byte[] bytes = SmallFile.TryRead(images.Number, FileName) ?? throw new OciException(OciErrorCode.FileNotFound, $"{path} has no checkpoint: {FileName} does not exist")
        {
            Object = path,
            Hint = "a pre-dump alone can't be restored",
        };
        var inherited = new List<(string, int)>();
        try
        {
            using var json = JsonDocument.Parse(bytes);
            int fd = 0;
            foreach (JsonElement name in json.RootElement.EnumerateArray())
            {
                // A file's key is its path as criu keeps it: without the first character, normally a slash. Anything can replace it, even a pipe.
                if (name.GetString() is { } key && fd < Count && (IsPipe(key) || IsFile(key)))
                    inherited.Add((IsFile(key) ? key[1..] : key, fd));
                fd++;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new OciException(OciErrorCode.InvalidArgument, $"{path}/{FileName} is not a list of names", e) { Object = path };
        }
        return inherited;
    }

    private static bool IsPipe(string name) => name.StartsWith("pipe:[", StringComparison.Ordinal);

    private static bool IsFile(string name) => name.StartsWith("file[", StringComparison.Ordinal);

    // criu identifies a file on a mount that the container can't see by mount ID and inode (criu(8), --external file).
    private static string? FileOf(string proc, int fd, HashSet<string> mounts)
    {
        string number = fd.ToString(CultureInfo.InvariantCulture);
        Libc.statx_t stat;
        if (Libc.statx(Libc.AT_FDCWD, $"{proc}/fd/{number}", 0, Libc.STATX_TYPE | Libc.STATX_INO, &stat) != 0)
            return null;
        bool memory = (stat.stx_mode & Libc.S_IFMT) == Libc.S_IFCHR && stat.stx_rdev_major == 1;
        if (!memory && (stat.stx_mode & Libc.S_IFMT) != Libc.S_IFREG)
            return null;
        const string Key = "mnt_id:";
        string? line = TextFile.Read($"{proc}/fdinfo/{number}").Split('\n').FirstOrDefault(static line => line.StartsWith(Key, StringComparison.Ordinal));
        return line?[Key.Length..].Trim() is { } mount && !mounts.Contains(mount)
            ? string.Create(CultureInfo.InvariantCulture, $"file[{int.Parse(mount, CultureInfo.InvariantCulture):x}:{stat.stx_ino:x}]")
            : null;
    }
}
