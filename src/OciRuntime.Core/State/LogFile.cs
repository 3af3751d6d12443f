using System.Globalization;
using Microsoft.Win32.SafeHandles;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.State;

/// <summary>
/// One open file of a container's log. The supervisor writes to <c>log</c>; when that is full it becomes <c>log.1</c>, the next one <c>log.2</c>,
/// and the oldest are removed. A name with a number always means the same file.
/// </summary>
internal sealed class LogFile : IDisposable
{
    private const int Attempts = 50;
    private readonly (ulong Inode, uint Major, uint Minor) _identity;

    private LogFile(SafeFd fd, (ulong Inode, uint Major, uint Minor) identity)
    {
        _identity = identity;
        Handle = fd.ToFileHandle();
    }

    public SafeFileHandle Handle { get; }

    /// <summary>All files of the log, oldest first. If the supervisor rotates the log meanwhile, they are looked up again.</summary>
    public static List<LogFile> OpenAll(StateDirectory directory)
    {
        for (int attempt = 1; ; attempt++)
        {
            List<string> names = Names(directory);
            var files = new List<LogFile>();
            foreach (string name in names)
            {
                if (TryOpen(directory, name) is { } file)
                    files.Add(file);
            }
            bool same = files.Count == names.Count && Names(directory).SequenceEqual(names) && (files.Count == 0 || files[^1].IsCurrent(directory));
            if (same || attempt == Attempts)
                return files;
            foreach (LogFile file in files)
                file.Dispose();
        }
    }

    /// <summary>True while the supervisor writes to this file.</summary>
    public bool IsCurrent(StateDirectory directory) => Identity(directory.Fd, StateDirectory.LogName, Libc.AT_SYMLINK_NOFOLLOW) == _identity;

    /// <summary>True when another file has taken this one's place.</summary>
    public bool IsReplaced(StateDirectory directory) => Identity(directory.Fd, StateDirectory.LogName, Libc.AT_SYMLINK_NOFOLLOW) is { } other && other != _identity;

    public bool IsSame(LogFile other) => other._identity == _identity;

    public void Dispose() => Handle.Dispose();

    private static LogFile? TryOpen(StateDirectory directory, string name)
    {
        SafeFd? file = directory.TryOpenTrusted(name, Libc.O_RDONLY, Libc.S_IFREG, out _);
        if (file is null)
            return null;
        try
        {
            return new LogFile(file, Identity(file.Number, string.Empty, Libc.AT_EMPTY_PATH)!.Value);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static unsafe (ulong Inode, uint Major, uint Minor)? Identity(int directory, string name, int flags)
    {
        Libc.statx_t stat;
        if (Libc.statx(directory, name, flags, Libc.STATX_INO, &stat) == 0)
            return (stat.stx_ino, stat.stx_dev_major, stat.stx_dev_minor);
        return Errno.Last == Errno.ENOENT ? null : throw KernelError.Last("look at the log", name, "statx");
    }

    private static List<string> Names(StateDirectory directory)
    {
        var numbers = new List<ulong>();
        bool current = false;
        foreach (DirectoryEntry entry in DirectoryEntry.ReadAll(directory.Fd, directory.Path))
        {
            if (!entry.Name.StartsWith(StateDirectory.LogName, StringComparison.Ordinal))
                continue;
            string rest = entry.Name[StateDirectory.LogName.Length..];
            if (rest.Length == 0)
                current = true;
            else if (rest[0] == '.' && ulong.TryParse(rest.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out ulong number))
                numbers.Add(number);
        }
        numbers.Sort();
        List<string> names = numbers.ConvertAll(number => string.Create(CultureInfo.InvariantCulture, $"{StateDirectory.LogName}.{number}"));
        if (current)
            names.Add(StateDirectory.LogName);
        return names;
    }
}
