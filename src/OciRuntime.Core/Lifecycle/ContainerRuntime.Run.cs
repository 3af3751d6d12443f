using OciRuntime.Core.Errors;
using OciRuntime.Core.Launch;

namespace OciRuntime.Core.Lifecycle;

internal sealed partial class ContainerRuntime
{
    /// <summary>Creates and starts a container and returns its process; the caller waits for it and deletes the container.</summary>
    /// <param name="request">The container to run.</param>
    /// <param name="cancellationToken">Cancels the creation and the start, of which nothing is left then. It does not end a running container.</param>
    /// <exception cref="OciException">Any step failed; nothing is left.</exception>
    public ContainerProcess Run(CreateRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var cancel = new CancelSignal(cancellationToken);
        using var creation = new Creation(this, request, cancel, run: true);
        creation.Launch();
        creation.Start();
        return creation.Keep()!;
    }
}
