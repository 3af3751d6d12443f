using System.Globalization;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Observe.Comparison;

/// <summary>A mount as a process sees it.</summary>
/// <param name="Id">Its mount ID, the same as in statx(2).</param>
/// <param name="Point">Where it is, seen from the process's root.</param>
/// <param name="Options">Options of this mount, not of its filesystem.</param>
/// <param name="Type">Type of the filesystem.</param>
/// <param name="Source">What is mounted.</param>
internal sealed record MountEntry(ulong Id, string Point, string Options, string Type, string Source);

/// <summary>The mounts of a process.</summary>
internal sealed class MountTable : IDisposable
{
    private readonly SafeFd _root;
    private readonly string _rootPath;

    private MountTable(string rootPath, SafeFd root, List<MountEntry> entries) => (_rootPath, _root, Entries) = (rootPath, root, entries);

    /// <summary>All mounts, including hidden ones.</summary>
    public List<MountEntry> Entries { get; }

    /// <summary>Reads the table of a process.</summary>
    /// <param name="process">/proc/PID.</param>
    public static MountTable Read(string process)
    {
        string path = process + "/root";
        int root = Libc.open(path, Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_CLOEXEC, 0);
        return root < 0 ? throw KernelError.Last("look at", path, "open") : new MountTable(path, new SafeFd(root), Parse(ContainerComparison.Read(process + "/mountinfo")));
    }

    /// <summary>Parses the text.</summary>
    public static List<MountEntry> Parse(string text)
    {
        var entries = new List<MountEntry>();
        foreach (MountInfo mount in MountInfo.In(text))
        {
            if (ulong.TryParse(mount.Id, NumberStyles.None, CultureInfo.InvariantCulture, out ulong id))
                entries.Add(new(id, MountInfo.Unescape(mount.Point), mount.Options.ToString(), mount.Type.ToString(), MountInfo.Unescape(mount.Source)));
        }
        return entries;
    }

    /// <summary>The mount whose root is at a path in the container; links are followed inside its root.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="exists">True when the path exists.</param>
    /// <returns>Null when nothing is mounted there.</returns>
    public unsafe MountEntry? At(string path, out bool exists)
    {
        int number = Libc.openat2(
            _root.Number, path, new() { flags = (ulong)(Libc.O_PATH | Libc.O_CLOEXEC), resolve = Libc.RESOLVE_IN_ROOT | Libc.RESOLVE_NO_MAGICLINKS });
        exists = number >= 0;
        if (number < 0)
            return Errno.TellsNothing(Errno.Last) ? throw KernelError.Last("look at", _rootPath + path, "openat2") : null;
        using var file = new SafeFd(number);
        Libc.statx_t stat;
        if (Libc.statx(number, string.Empty, Libc.AT_EMPTY_PATH, Libc.STATX_MNT_ID, &stat) != 0)
            throw KernelError.Last("look at", _rootPath + path, "statx");
        ulong id = stat.stx_mnt_id;
        return (stat.stx_attributes & Libc.STATX_ATTR_MOUNT_ROOT) == 0 ? null : Entries.Find(entry => entry.Id == id);
    }

    /// <inheritdoc/>
    public void Dispose() => _root.Dispose();
}
