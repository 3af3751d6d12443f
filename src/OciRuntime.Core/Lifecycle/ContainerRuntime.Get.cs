using OciRuntime.Core.Errors;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

internal sealed partial class ContainerRuntime
{
    /// <summary>Returns the state of one container.</summary>
    /// <param name="id">Container id.</param>
    /// <exception cref="OciException">ContainerNotFound, InvalidContainerId.</exception>
    public OciContainer Get(string id)
    {
        using StateDirectory directory = StateDirectory.Open(_root, id);
        if (directory.TryReadState() is { } state)
            return Snapshot.Of(directory, state);
        if (OtherRuntime.Of(directory) is { } other)
            throw OtherRuntime.Error(directory, other);
        // If another process has locked it, it is being created or removed now. Otherwise its creator was killed.
        if (directory.IsAbandoned())
            return Snapshot.Broken(id, Root);
        return directory.IsCurrent() ? Snapshot.Creating(directory) : throw StateDirectory.NotFound(id);
    }
}
