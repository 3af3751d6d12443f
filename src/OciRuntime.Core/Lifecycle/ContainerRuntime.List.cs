using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

public sealed partial class ContainerRuntime
{
    /// <summary>All containers of the root, by id. A root that does not exist has none.</summary>
    /// <remarks>Read one by one while the caller enumerates; what another command is making or removing at that moment is left out.</remarks>
    public IEnumerable<OciContainer> List()
    {
        var owners = new OwnerNames();
        foreach (string id in _root.Ids())
        {
            using StateDirectory? directory = StateDirectory.TryOpen(_root, id);
            if (directory is null)
                continue;
            if (directory.TryReadState() is { } state)
                yield return Snapshot.Of(directory, state, IsFrozen, owners);
            else if (directory.TryLock() && directory.IsCurrent())
                yield return Snapshot.Incomplete(directory, ContainerStatus.Broken);
        }
    }
}
