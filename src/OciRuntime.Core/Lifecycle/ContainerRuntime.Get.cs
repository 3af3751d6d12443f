using OciRuntime.Core.Errors;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

internal sealed partial class ContainerRuntime
{
    /// <summary>The state of one container; ContainerNotFound when there is none.</summary>
    /// <param name="id">Container id.</param>
    /// <exception cref="OciException">ContainerNotFound, InvalidContainerId.</exception>
    public OciContainer Get(string id)
    {
        using StateDirectory directory = StateDirectory.Open(_root, id);
        if (directory.TryReadState() is { } state)
            return Snapshot.Of(directory, state);
        if (OtherRuntime.Of(directory) is { } other)
            throw OtherRuntime.Error(directory, other);
        // Locked by another: it is being made, or removed this moment. Otherwise whoever made it was killed.
        if (directory.IsAbandoned())
            return Snapshot.Broken(id, Root);
        return directory.IsCurrent() ? Snapshot.Creating(directory) : throw StateDirectory.NotFound(id);
    }
}
