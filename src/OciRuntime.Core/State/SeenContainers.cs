using System.Collections.Concurrent;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;

namespace OciRuntime.Core.State;

/// <summary>
/// What a session keeps about the listed containers of a state root: the state as read, and open files of the kernel. Every listing checks again who owns the
/// directory, which file holds the state, whether the process lives and whether it is frozen; this saves reading an unchanged state again and, from
/// the third listing on, opening files. Safe to use from several threads.
/// </summary>
internal sealed class SeenContainers
{
    // A session that has not listed for this long closes its files.
    private const int IdleMilliseconds = 60_000;

    // The rest of the limit is left to the session.
    private const int PartOfTheLimit = 4;

    private static readonly ConcurrentDictionary<string, SeenContainers> s_ofRoots = new(StringComparer.Ordinal);
    private static readonly Timer s_idle = new(static _ => ForgetAll(), null, Timeout.Infinite, Timeout.Infinite);

    private readonly ConcurrentDictionary<string, SeenContainer> _containers = new(StringComparer.Ordinal);
    private readonly int _mostFiles = (int)Math.Min(LimitHint.MostOpenFiles / PartOfTheLimit, int.MaxValue);
    private int _files;
    private int _listing;

    /// <summary>Files that are kept open now.</summary>
    public int Files => Volatile.Read(ref _files);

    public static SeenContainers OfRoot(string path) => s_ofRoots.GetOrAdd(path, static _ => new SeenContainers());

    /// <summary>Begins a listing.</summary>
    /// <returns>Its number.</returns>
    public int Begin()
    {
        s_idle.Change(IdleMilliseconds, Timeout.Infinite);
        return Interlocked.Increment(ref _listing);
    }

    /// <summary>Ends a listing: containers that it did not see are gone.</summary>
    public void End(int listing)
    {
        foreach ((string id, SeenContainer container) in _containers)
        {
            if (container.Listing - listing < 0)
                Drop(id, container);
        }
    }

    /// <summary>A container that has not changed except for its status; null when it has to be read.</summary>
    public OciContainer? TryLook(StateDirectory directory, int listing, FreezerLook freezers, OwnerNames owners)
    {
        if (!_containers.TryGetValue(directory.Id, out SeenContainer? container))
            return null;
        container.Listing = listing;
        if (container.TryLook(directory, this, freezers, owners) is { } found)
            return found;
        Drop(directory.Id, container);
        return null;
    }

    /// <summary>Keeps a state that was read, unless its file is so new that a later one could have the same stamp.</summary>
    /// <param name="state">What was read.</param>
    /// <param name="stamp">The stamp of its file.</param>
    /// <param name="now">The time in UTC before the file was looked at.</param>
    /// <param name="listing">The listing that read it.</param>
    public void Keep(ContainerState state, FileStamp stamp, DateTime now, int listing)
    {
        if (stamp.IsSettled(now))
            _containers.TryAdd(state.Id, new SeenContainer(state, stamp) { Listing = listing });
    }

    /// <summary>Reserves room for that many more files; false when there is none.</summary>
    public bool TryTake(int files)
    {
        if (Interlocked.Add(ref _files, files) <= _mostFiles)
            return true;
        Give(files);
        return false;
    }

    public void Give(int files) => Interlocked.Add(ref _files, -files);

    private void Drop(string id, SeenContainer container)
    {
        if (_containers.TryRemove(new KeyValuePair<string, SeenContainer>(id, container)))
            container.Close(this);
    }

    /// <summary>Closes the kept files of all roots.</summary>
    public static void ForgetAll()
    {
        foreach (SeenContainers seen in s_ofRoots.Values)
        {
            foreach ((string id, SeenContainer container) in seen._containers)
                seen.Drop(id, container);
        }
    }
}
