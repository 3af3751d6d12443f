using System.Globalization;
using OciRuntime.Core.Cgroups.Statistics;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Cgroups;

/// <summary>
/// The kernel's notices that a cgroup ran out of memory: changes of <c>memory.events</c> on v2, the eventfd of <c>cgroup.event_control</c> on v1
/// (cgroup-v1/memory.rst, "OOM Control").
/// </summary>
internal sealed unsafe class OomWatch : IDisposable
{
    private readonly FileChanges? _changes;
    private readonly SafeFd? _eventfd;
    private readonly SafeFd? _control;
    private readonly string _file;
    private ulong _kills;

    private OomWatch(string file, FileChanges changes)
    {
        _file = file;
        _changes = changes;
        _kills = Kills();
    }

    private OomWatch(string file, SafeFd eventfd, SafeFd control)
    {
        _file = file;
        _eventfd = eventfd;
        _control = control;
    }

    /// <summary>Readable when <see cref="Take"/> may have something to tell.</summary>
    internal int Fd => _changes?.Fd ?? _eventfd!.Number;

    /// <summary>Begins to watch; null without the memory controller, or when the cgroup has gone.</summary>
    internal static OomWatch? TryOpen(IContainerCgroup cgroup) =>
        cgroup.OomFile is not { } file ? null : cgroup.Paths.TryGetValue("memory", out string? memory) ? OpenV1(file, memory) : OpenV2(file);

    /// <summary>True when it has happened since the last call.</summary>
    internal bool Take()
    {
        if (_changes is not null)
        {
            if (_changes.Take().Count == 0)
                return false;
            ulong before = _kills;
            return (_kills = Kills()) > before; // the file also counts what ended well
        }
        ulong count;
        // The end of the cgroup is told by the same descriptor.
        return Libc.read(_eventfd!.Number, &count, sizeof(ulong)) == sizeof(ulong) && Inode.Exists(_file);
    }

    public void Dispose()
    {
        _changes?.Dispose();
        _eventfd?.Dispose();
        _control?.Dispose();
    }

    private static OomWatch? OpenV2(string file)
    {
        var changes = new FileChanges();
        try
        {
            if (changes.TryWatch(file, Libc.IN_MODIFY) is not null)
                return new(file, changes);
        }
        catch
        {
            changes.Dispose();
            throw;
        }
        changes.Dispose();
        return null;
    }

    private static OomWatch? OpenV1(string file, string directory)
    {
        int control = Libc.open(file, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        if (control < 0)
            return Errno.Last is Errno.ENOENT or Errno.ENODEV ? null : throw KernelError.Last("open", file, "open");
        var controlFile = new SafeFd(control);
        int number = Libc.eventfd(0, Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK);
        SafeFd? eventfd = number < 0 ? null : new SafeFd(number);
        try
        {
            if (eventfd is null)
                throw KernelError.Last("make", "an eventfd", "eventfd2");
            int errno = TextFile.TryWrite(directory + "/cgroup.event_control", string.Create(CultureInfo.InvariantCulture, $"{number} {control}"));
            if (errno != 0 && errno is not (Errno.ENOENT or Errno.ENODEV))
                throw KernelError.From("ask for notices of", file, "write", errno);
            if (errno == 0)
                return new(file, eventfd, controlFile);
        }
        catch
        {
            eventfd?.Dispose();
            controlFile.Dispose();
            throw;
        }
        eventfd.Dispose();
        controlFile.Dispose();
        return null;
    }

    private ulong Kills() => StatisticFile.Value(_file, "oom_kill") ?? 0;
}
