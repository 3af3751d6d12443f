using OciRuntime.Core.Errors;
using OciRuntime.Core.Launch;
using OciRuntime.Core.State;

namespace OciRuntime.Core.Lifecycle;

internal sealed partial class ContainerRuntime
{
    /// <summary>Makes the container; its process waits at the start gate.</summary>
    /// <param name="request">What to make.</param>
    /// <param name="cancellationToken">Ends the creation; nothing is left of it.</param>
    /// <exception cref="OciException">Any step failed; nothing is left.</exception>
    public OciContainer Create(CreateRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var cancel = new CancelSignal(cancellationToken);
        using var creation = new Creation(this, request, cancel, run: false);
        creation.Launch();
        // What can fail comes before it stays: a create that reports an error has made nothing.
        OciContainer container = Snapshot.Of(creation.Directory, creation.State);
        creation.Keep();
        return container;
    }
}
