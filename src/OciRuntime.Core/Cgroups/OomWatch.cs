using System.Globalization;
using OciRuntime.Core.Cgroups.Statistics;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.Cgroups;

/// <summary>
/// The kernel's notifications that a cgroup ran out of memory: changes of <c>memory.events</c> on v2, the eventfd of <c>cgroup.event_control</c> on v1
/// (cgroup-v1/memory.rst, "OOM Control").
/// </summary>
internal sealed unsafe class OomWatch : IDisposable
{
    private readonly FileChanges? _changes;
    private readonly bool _shared;
    private readonly SafeFd? _eventfd;
    private readonly string _file;
    private ulong _kills;

    private OomWatch(string file, FileChanges changes, bool shared, int watch)
    {
        _file = file;
        _changes = changes;
        _shared = shared;
        Watch = watch;
        _kills = Kills();
    }

    private OomWatch(string file, SafeFd eventfd)
    {
        _file = file;
        _eventfd = eventfd;
    }

    /// <summary>Readable when <see cref="Take"/> may return true; -1 when the events go to the queue that was given.</summary>
    internal int Fd => _shared ? -1 : _changes?.Fd ?? _eventfd!.Number;

    /// <summary>Its watch in the queue that was given.</summary>
    internal int? Watch { get; }

    /// <summary>Starts watching; null without the memory controller, or when the cgroup is gone.</summary>
    /// <param name="cgroup">The container's cgroup.</param>
    /// <param name="queue">Queue for changes of files, which the caller reads; null for a queue of its own.</param>
    internal static OomWatch? TryOpen(IContainerCgroup cgroup, FileChanges? queue = null) =>
        cgroup.OomFile is not { } file ? null : cgroup.Paths.TryGetValue("memory", out string? memory) ? OpenV1(file, memory) : OpenV2(file, queue);

    /// <summary>True when the cgroup ran out of memory since the last call.</summary>
    internal bool Take()
    {
        if (_changes is not null)
        {
            if (!_shared && _changes.Take().Count == 0)
                return false;
            ulong before = _kills;
            return (_kills = Kills()) > before; // the file also changes for other events
        }
        ulong count;
        // The removal of the cgroup makes the same descriptor readable.
        return Libc.read(_eventfd!.Number, &count, sizeof(ulong)) == sizeof(ulong) && Inode.Exists(_file);
    }

    public void Dispose()
    {
        if (!_shared)
            _changes?.Dispose();
        else if (Watch is { } watch)
            _changes!.Unwatch(watch);
        _eventfd?.Dispose();
    }

    private static OomWatch? OpenV2(string file, FileChanges? queue)
    {
        FileChanges changes = queue ?? new FileChanges();
        OomWatch? opened = null;
        try
        {
            if (changes.TryWatch(file, Libc.IN_MODIFY) is { } watch)
                opened = new(file, changes, shared: queue is not null, watch);
            return opened;
        }
        finally
        {
            if (opened is null && queue is null)
                changes.Dispose();
        }
    }

    // The kernel keeps its own references: neither file has to stay open.
    private static OomWatch? OpenV1(string file, string directory)
    {
        int control = Libc.open(file, Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
        if (control < 0)
            return Errno.Last is Errno.ENOENT or Errno.ENODEV ? null : throw KernelError.Last("open", file, "open");
        using var controlFile = new SafeFd(control);
        int number = Libc.eventfd(0, Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK);
        if (number < 0)
            throw KernelError.Last("make", "an eventfd", "eventfd2");
        var eventfd = new SafeFd(number);
        int errno = TextFile.TryWrite(directory + "/cgroup.event_control", string.Create(CultureInfo.InvariantCulture, $"{number} {control}"));
        if (errno == 0)
            return new(file, eventfd);
        eventfd.Dispose();
        return errno is Errno.ENOENT or Errno.ENODEV ? null : throw KernelError.From("register for events of", file, "write", errno);
    }

    private ulong Kills() => StatisticFile.Value(_file, "oom_kill") ?? 0;
}
