using OciRuntime.Core.Errors;
using OciRuntime.Core.Launch;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

internal sealed partial class ContainerRuntime
{
    /// <summary>Creates the container; its process waits at the start gate.</summary>
    /// <param name="request">The container to create.</param>
    /// <param name="cancellationToken">Cancels the creation, of which nothing is left then.</param>
    /// <exception cref="OciException">Any step failed; nothing is left.</exception>
    public OciContainer Create(CreateRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var cancel = new CancelSignal(cancellationToken);
        using var creation = new Creation(this, request, cancel, run: false);
        creation.Launch();
        // Before Keep, since this can fail: a create that reports an error must leave nothing.
        OciContainer container = Snapshot.Of(creation.Directory, creation.State);
        creation.Keep();
        return container;
    }
}
