using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Observe;

/// <summary>A state root that a <see cref="ContainerWatch"/> follows, and the containers in it.</summary>
internal sealed class WatchedRoot(ContainerRuntime runtime, Func<string, bool> isWanted) : IDisposable
{
    private const uint OfRoot = Libc.IN_CREATE | Libc.IN_MOVED_TO | Libc.IN_DELETE | Libc.IN_DELETE_SELF | Libc.IN_ONLYDIR;
    private const uint OfContainer = Libc.IN_CREATE | Libc.IN_MOVED_TO | Libc.IN_ONLYDIR | Libc.IN_DONT_FOLLOW;
    private const uint OfParent = Libc.IN_CREATE | Libc.IN_MOVED_TO | Libc.IN_DELETE_SELF | Libc.IN_ONLYDIR;

    private readonly FileChanges _queue = new();
    private readonly Dictionary<string, WatchedContainer> _containers = new(StringComparer.Ordinal);
    private readonly Dictionary<int, WatchedContainer> _byWatch = [];
    private int? _root;
    private int? _parent;

    /// <summary>Readable when <see cref="Told"/> has something.</summary>
    public int Fd => _queue.Fd;

    public IEnumerable<WatchedContainer> Containers => _containers.Values;

    /// <summary>Starts watching: what exists already is not an event.</summary>
    public void Begin()
    {
        if (WatchRoot())
        {
            foreach (string id in Ids())
                Follow(id)?.Adopt(_queue);
        }
    }

    /// <summary>What has been reported since the last call.</summary>
    public List<OciContainerEvent> Told(CancelSignal cancel)
    {
        var events = new List<OciContainerEvent>();
        foreach (FileChange change in _queue.Take())
            events.AddRange((change.Mask & Libc.IN_Q_OVERFLOW) != 0 ? LookAtAll(cancel) : Changed(change, cancel));
        return events;
    }

    private List<OciContainerEvent> Changed(FileChange change, CancelSignal cancel)
    {
        if (change.Watch == _root)
            return InRoot(change, cancel);
        if (change.Watch == _parent)
            return WatchRoot() ? LookAtAll(cancel) : [];
        if (_byWatch.TryGetValue(change.Watch, out WatchedContainer? container))
            return change.Name.Length == 0 ? [] : container.Changed(change.Name, _queue, cancel);
        return (change.Mask & Libc.IN_MODIFY) != 0 && _containers.Values.FirstOrDefault(one => one.Oom?.Watch == change.Watch) is { } hungry ? hungry.OutOfMemory() : [];
    }

    // Finds missed events: the root has just appeared, or the kernel's queue overflowed.
    private List<OciContainerEvent> LookAtAll(CancelSignal cancel)
    {
        var events = new List<OciContainerEvent>();
        List<string> ids = _root is null ? [] : Ids();
        foreach (string gone in _containers.Keys.Except(ids).ToArray())
            events.AddRange(Forget(gone));
        foreach (string id in ids)
            events.AddRange(Appeared(id, cancel));
        return events;
    }

    public void Dispose()
    {
        foreach (WatchedContainer container in _containers.Values)
            container.Dispose();
        _containers.Clear();
        _queue.Dispose();
    }

    private List<OciContainerEvent> InRoot(FileChange change, CancelSignal cancel)
    {
        if ((change.Mask & (Libc.IN_DELETE_SELF | Libc.IN_IGNORED)) != 0)
        {
            _root = null;
            return WatchRoot() ? LookAtAll(cancel) : [.. _containers.Keys.ToArray().SelectMany(Forget)];
        }
        if ((change.Mask & Libc.IN_ISDIR) == 0)
            return [];
        if ((change.Mask & Libc.IN_DELETE) != 0)
            return Forget(change.Name);
        return ContainerId.IsValid(change.Name) ? Appeared(change.Name, cancel) : [];
    }

    private List<OciContainerEvent> Appeared(string id, CancelSignal cancel)
    {
        _containers.TryGetValue(id, out WatchedContainer? former);
        if (Follow(id) is not { } container)
            return [];
        // A directory that is already watched keeps its watch; another directory of the same name is another container.
        List<OciContainerEvent> events = former is null || former == container ? [] : Ended(former);
        events.AddRange(container.Look(_queue, cancel));
        return events;
    }

    private List<OciContainerEvent> Forget(string id) => _containers.Remove(id, out WatchedContainer? container) ? Ended(container) : [];

    private List<OciContainerEvent> Ended(WatchedContainer container)
    {
        _byWatch.Remove(container.Watch);
        _queue.Unwatch(container.Watch);
        using (container)
            return container.Deleted();
    }

    private WatchedContainer? Follow(string id)
    {
        if (!isWanted(id) || _queue.TryWatch(Path.Join(runtime.Root, id), OfContainer) is not { } watch)
            return null;
        if (_byWatch.TryGetValue(watch, out WatchedContainer? known) && known.Id == id)
            return known;
        var container = new WatchedContainer(runtime, id, watch);
        _containers[id] = container;
        _byWatch[watch] = container;
        return container;
    }

    private List<string> Ids()
    {
        using SafeFd? root = runtime.StateRoot.TryOpen();
        return root is null ? [] : runtime.StateRoot.Ids(root);
    }

    // A root that does not exist yet will appear below its nearest existing ancestor.
    private bool WatchRoot()
    {
        while (true)
        {
            if (_parent is { } former)
                _queue.Unwatch(former);
            _parent = null;
            if ((_root = _queue.TryWatch(runtime.Root, OfRoot)) is not null)
                return true;
            string parent = runtime.Root;
            do
                parent = Path.GetDirectoryName(parent)!;
            while ((_parent = _queue.TryWatch(parent, OfParent)) is null);
            // The next directory on the way may have been made meanwhile.
            if (!Inode.IsDirectory(Next(parent)))
                return false;
        }
    }

    // The next directory on the way from a parent to the root.
    private string Next(string parent)
    {
        string rest = runtime.Root[parent.Length..].TrimStart('/');
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        return Path.Join(parent, slash < 0 ? rest : rest[..slash]);
    }
}
