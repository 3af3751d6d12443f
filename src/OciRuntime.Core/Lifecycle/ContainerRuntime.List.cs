using System.Runtime.ExceptionServices;
using OciRuntime.Core.Cgroups;
using OciRuntime.Core.Errors;
using OciRuntime.Core.Interop;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

internal sealed partial class ContainerRuntime
{
    // Fewer are read before another thread has started.
    private const int WorthAnotherThread = 64;

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
        var owners = new OwnerNames();
        using var freezers = new FreezerLook();
        foreach (string[] ids in _root.Ids(root).Chunk(ListedAtOnce))
        {
            foreach (OciContainer? container in Read(root, ids, owners, freezers))
            {
                if (container is not null)
                    yield return container;
            }
        }
    }

    // Most of the time is the kernel's, in /proc: other processors may help.
    private OciContainer?[] Read(SafeFd root, string[] ids, OwnerNames owners, FreezerLook freezers)
    {
        var containers = new OciContainer?[ids.Length];
        if (ids.Length < WorthAnotherThread)
        {
            for (int i = 0; i < ids.Length; i++)
                containers[i] = TryRead(root, ids[i], owners, freezers);
            return containers;
        }
        try
        {
            Parallel.For(0, ids.Length, i => containers[i] = TryRead(root, ids[i], owners, freezers));
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
        return containers;
    }

    private OciContainer? TryRead(SafeFd root, string id, OwnerNames owners, FreezerLook freezers)
    {
        try
        {
            using (StateDirectory? looked = StateDirectory.Look(_root, root, id))
            {
                if (looked is null)
                    return null;
                if (looked.TryReadState() is { } read && Snapshot.OfLiving(looked, read, freezers, owners) is { } living)
                    return living;
            }
            using StateDirectory? directory = StateDirectory.TryOpen(_root, root, id);
            if (directory?.TryReadState() is { } state)
                return Snapshot.Of(directory, state, freezers, owners);
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
}
