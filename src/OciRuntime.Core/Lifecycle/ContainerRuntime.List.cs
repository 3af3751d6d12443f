using System.Runtime.ExceptionServices;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

internal sealed partial class ContainerRuntime
{
    // Fewer are read faster than another thread starts.
    private const int WorthAnotherThread = 64;

    // Fewer are read again just as fast.
    private const int WorthKeeping = 64;

    // The caller gets the first containers before the last ones are read.
    private const int ListedAtOnce = 512;

    /// <summary>Whether the state root exists. Throws if it is not trusted or can't be opened.</summary>
    internal bool HasRoot()
    {
        using SafeFd? root = _root.TryOpen();
        return root is not null;
    }

    /// <summary>All containers of the root, ordered by id. A root that does not exist has none.</summary>
    /// <remarks>They are read in portions while the caller enumerates. Containers that another command is creating or removing at that moment are left out,
    /// and so are those of another runtime.
    /// A container whose files another user could have written is Broken, with a warning.</remarks>
    /// <exception cref="OciException">PermissionDenied and other errors of the state root.</exception>
    public IEnumerable<OciContainer> List()
    {
        using SafeFd? root = _root.TryOpen();
        if (root is null)
            yield break;
        List<string> all = _root.Ids(root);
        using var listing = new Listing(root, _options.ListsAgain && all.Count >= WorthKeeping ? SeenContainers.OfRoot(_root.Path) : null);
        foreach (string[] ids in all.Chunk(ListedAtOnce))
        {
            foreach (OciContainer? container in Read(ids, listing))
            {
                if (container is not null)
                    yield return container;
            }
        }
        listing.End();
    }

    // Most of the time is spent in the kernel, in /proc, so other processors can help.
    private OciContainer?[] Read(string[] ids, Listing listing)
    {
        var containers = new OciContainer?[ids.Length];
        if (ids.Length < WorthAnotherThread)
        {
            for (int i = 0; i < ids.Length; i++)
                containers[i] = TryRead(ids[i], listing);
            return containers;
        }
        try
        {
            Parallel.For(0, ids.Length, i => containers[i] = TryRead(ids[i], listing));
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
        return containers;
    }

    private OciContainer? TryRead(string id, Listing listing)
    {
        try
        {
            using (StateDirectory? looked = StateDirectory.Look(_root, listing.Root, id))
            {
                if (looked is null)
                    return null;
                if (listing.TryLook(looked) is { } living)
                    return living;
            }
            using StateDirectory? directory = StateDirectory.TryOpen(_root, listing.Root, id);
            if (directory?.TryReadState() is { } state)
                return Snapshot.Of(directory, state, listing.Freezers, listing.Owners);
            if (directory is null)
                return null;
            if (OtherRuntime.Of(directory) is { } other)
            {
                Log(RuntimeLogLevel.Info, OtherRuntime.Error(directory, other).Message);
                return null;
            }
            return directory.IsAbandoned() ? Snapshot.Broken(id, Root) : null;
        }
        catch (OciException e) when (e.Code == OciErrorCode.Untrusted)
        {
            // It is listed, but nothing in its files is trusted.
            Log(RuntimeLogLevel.Warning, e.Message);
            return Snapshot.Broken(id, Root);
        }
    }

    // Data that one listing reads only once, and data that earlier listings have kept.
    private sealed class Listing(SafeFd root, SeenContainers? seen) : IDisposable
    {
        private readonly int _number = seen?.Begin() ?? 0;

        public SafeFd Root => root;

        public FreezerLook Freezers { get; } = new();

        public OwnerNames Owners { get; } = new();

        // Reads a live container without keeping its directory open.
        public OciContainer? TryLook(StateDirectory looked)
        {
            if (seen?.TryLook(looked, _number, Freezers, Owners) is { } known)
                return known;
            DateTime now = DateTime.UtcNow;
            if (looked.TryReadState(out FileStamp stamp) is not { } state || Snapshot.OfLiving(looked, state, Freezers, Owners) is not { } living)
                return null;
            seen?.Keep(state, stamp, now, _number);
            return living;
        }

        public void End() => seen?.End(_number);

        public void Dispose() => Freezers.Dispose();
    }
}
