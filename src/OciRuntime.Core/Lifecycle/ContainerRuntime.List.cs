using System.Runtime.ExceptionServices;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Files;
using OciRuntime.Core.Interop;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

internal sealed partial class ContainerRuntime
{
    // Fewer are read before another thread has started.
    private const int WorthAnotherThread = 64;

    // Fewer are read anew as fast.
    private const int WorthKeeping = 64;

    // The caller gets the first ones before the last ones are read.
    private const int ListedAtOnce = 512;

    /// <summary>The state root is there; an error when it is not trusted or the kernel can't tell.</summary>
    internal bool HasRoot()
    {
        using SafeFd? root = _root.TryOpen();
        return root is not null;
    }

    /// <summary>All containers of the root, by id. A root that does not exist has none.</summary>
    /// <remarks>Read in portions while the caller enumerates; what another command is making or removing at that moment is left out,
    /// and what another runtime keeps there.
    /// One that could have been written by somebody else is Broken, with a warning.</remarks>
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

    // Most of the time is the kernel's, in /proc: other processors may help.
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
            // It is there, but nothing of what it says is believed.
            Log(RuntimeLogLevel.Warning, e.Message);
            return Snapshot.Broken(id, Root);
        }
    }

    // What one listing asks only once, and what those before it have kept.
    private sealed class Listing(SafeFd root, SeenContainers? seen) : IDisposable
    {
        private readonly int _number = seen?.Begin() ?? 0;

        public SafeFd Root => root;

        public FreezerLook Freezers { get; } = new();

        public OwnerNames Owners { get; } = new();

        // One that lives, without holding its directory.
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
