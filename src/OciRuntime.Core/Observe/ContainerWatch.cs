using OciRuntime.Core.Errors;
using OciRuntime.Core.Launch;
using OciRuntime.Core.Lifecycle;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Observe;

/// <summary>
/// Reports what happens to the containers of state roots, whoever causes it. Nothing is polled: inotify(7) reports directories and the notices of verbs
/// (<see cref="StateNotice"/>), pidfds report exits, the memory controller reports out-of-memory events.
/// </summary>
/// <remarks>The state at the beginning is not an event. A container that is gone before it could be looked at is not reported. An exit that nobody has recorded has no exit code when the kernel does not report it (before Linux 6.15).</remarks>
internal sealed class ContainerWatch : IDisposable
{
    private readonly List<WatchedRoot> _roots = [];

    /// <summary>Watches a state root, which need not exist yet.</summary>
    /// <param name="runtime">The runtime of that root.</param>
    /// <param name="isWanted">Which ids; null for all.</param>
    /// <exception cref="OciException">The root is not trusted, or can't be watched.</exception>
    public void Add(ContainerRuntime runtime, Func<string, bool>? isWanted = null)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        var root = new WatchedRoot(runtime, isWanted ?? (static _ => true));
        _roots.Add(root);
        root.Begin();
    }

    /// <summary>The events as they come.</summary>
    /// <param name="timeout">Total time to wait; null to wait forever.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OciException">Cancelled.</exception>
    public IEnumerable<OciContainerEvent> Read(TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        using var cancel = new CancelSignal(cancellationToken);
        long deadline = timeout is { } span ? Environment.TickCount64 + (long)span.TotalMilliseconds : long.MaxValue;
        while (true)
        {
            List<WatchedContainer> containers = [.. _roots.SelectMany(static root => root.Containers)];
            int[] fds = [.. _roots.Select(static root => root.Fd), .. containers.Select(static one => one.EndFd), .. containers.Select(static one => one.Oom?.Fd ?? -1)];
            int left = deadline == long.MaxValue ? Timeout.Infinite : (int)Math.Clamp(deadline - Environment.TickCount64, 0, int.MaxValue);
            int ready = cancel.WaitAny(fds, left);
            if (ready < 0)
                yield break;
            // Events that came before an exit are reported before it.
            foreach (OciContainerEvent told in _roots.SelectMany(root => root.Told(cancel)).ToList())
                yield return told;
            int index = ready - _roots.Count;
            if (index < 0)
                continue;
            WatchedContainer container = containers[index % containers.Count];
            foreach (OciContainerEvent seen in index < containers.Count ? container.Ended(cancel) : container.OutOfMemory())
                yield return seen;
        }
    }

    /// <summary>Stops watching.</summary>
    public void Dispose()
    {
        foreach (WatchedRoot root in _roots)
            root.Dispose();
        _roots.Clear();
    }
}
